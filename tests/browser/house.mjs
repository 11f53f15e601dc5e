// A node with accounts, served by the real program, and a browser before it.
import { spawn, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { HtmlValidate } from "html-validate";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const validator = new HtmlValidate({
	extends: ["html-validate:standard"],
	rules: {
		"long-title": "off",             // titles carry names of duties
		"no-trailing-whitespace": "off",
		"void-style": "off",
		"no-implicit-button-type": "error",
		"require-sri": "off",            // own files only
		"valid-id": ["error", { relaxed: true }],   // ids carry the path of a fact
		"prefer-native-element": "off",
		"tel-non-breaking": "off",
		"form-dup-name": "off",          // checked by the handlers; radio groups share a name
	},
});

export const findings = [];

function base32(text) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	let bits = "";
	for (const ch of text)
		bits += letters.indexOf(ch).toString(2).padStart(5, "0");
	return Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
}

const used = new Map();

// RFC 6238. Each code counts once, so a second sign-in within 30 seconds takes the next step's code.
export function totp(secret) {
	const step = Math.max(Math.floor(Date.now() / 30000), (used.get(secret) ?? 0) + 1);
	const message = Buffer.alloc(8);
	used.set(secret, step);
	message.writeBigUInt64BE(BigInt(step));
	const mac = createHmac("sha1", base32(secret)).update(message).digest();
	const at = mac[19] & 15;
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

export async function open({ renkei, makeTown, neighbours = false }) {
	const dir = mkdtempSync(join(tmpdir(), "renkei-browser-"));
	const json = `${dir}.json`;
	const more = neighbours ? { TOWN_NEIGHBOURS: `${json}.n`, TOWN_ROUTES: `${json}.r` } : { TOWN_ROUTES: `${json}.r` };
	const made = spawnSync(makeTown, [], { env: { ...process.env, TOWN: dir, TOWN_JSON: json, ...more } });
	if (made.status !== 0)
		throw new Error(String(made.stderr) + String(made.stdout));
	const people = JSON.parse(readFileSync(json, "utf8"));
	const near = neighbours ? JSON.parse(readFileSync(`${json}.n`, "utf8")) : {};
	const routes = readFileSync(`${json}.r`, "utf8").trim().split("\n").map((line) => {
		const [method, path, may] = line.split(" ");
		return { method, path, may };
	});
	const server = spawn(renkei, ["serve", "--plain", "--listen=127.0.0.1:0", dir], { stdio: ["ignore", "pipe", "pipe"] });
	const address = await new Promise((done, fail) => {
		let text = "", err = "";
		server.stdout.on("data", (d) => {
			text += d;
			const m = text.match(/http:\/\/127\.0\.0\.1:\d+/);
			if (m)
				done(m[0]);
		});
		server.stderr.on("data", (d) => { err += d; });
		server.on("exit", (code) => fail(new Error(`the server ended: ${code}\n${err}`)));
	});
	const path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => existsSync(p));
	const browser = await chromium.launch({ executablePath: path, args: ["--no-sandbox", "--force-color-profile=srgb"] });
	return {
		people, near, routes, address, browser, renkei, dir,
		async close() {
			await browser.close();
			server.removeAllListeners("exit");
			server.kill("SIGTERM");
			await new Promise((done) => server.on("exit", done));
			rmSync(dir, { recursive: true, force: true });
			rmSync(json, { force: true });
			rmSync(`${json}.n`, { force: true });
			rmSync(`${json}.r`, { force: true });
		},
	};
}

export async function person(house, name, { script = true, lang = "ja", width = 1200, height = 900, scale = 1 } = {}) {
	const context = await house.browser.newContext({ javaScriptEnabled: script, viewport: { width, height }, deviceScaleFactor: scale, locale: "ja-JP" });
	const page = await context.newPage();
	page.on("console", (m) => { if (m.type() === "error" && !/status of 4\d\d/.test(m.text())) findings.push(`console: ${m.text()}`); });
	page.on("pageerror", (e) => findings.push(`script: ${e}`));
	page.on("request", (r) => { if (!r.url().startsWith(house.address)) findings.push(`call to the outside: ${r.url()}`); });
	if (lang === "en")
		await page.goto(`${house.address}/language?to=en`);
	if (!name)
		return page;
	const who = house.people[name];
	await page.goto(`${house.address}/sign-in`);
	await page.fill("#login", name);
	await page.fill("#password", who.password);
	await page.click("main button[type=submit]");
	if (page.url().endsWith("/sign-in/code")) {
		await page.fill("#code", totp(who.secret));
		await page.click("main button[type=submit]");
	}
	if (new URL(page.url()).pathname !== "/")
		throw new Error(`${name} could not sign in: ${page.url()} ${await page.innerText("main")}`);
	return page;
}

/*
 * WCAG 2.2, 1.4.10 and 1.4.12: at 320 px nothing is wider than the window but tables in their own box, also with the widest of the
 * fonts that clerks' machines have and with the spacing that people may set.
 */
export async function reflows(page, what) {
	const before = page.viewportSize();
	await page.setViewportSize({ width: 320, height: 800 });
	for (const font of ["", "* { font-family: 'DejaVu Sans', Verdana, sans-serif !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"]) {
		const wide = await page.evaluate(`(() => {
			const sheet = new CSSStyleSheet();
			sheet.replaceSync(${JSON.stringify(font)});
			document.adoptedStyleSheets = [sheet];
			const out = document.documentElement.scrollWidth > innerWidth ? [...document.querySelectorAll("body *")].filter((e) =>
				e.getBoundingClientRect().right > innerWidth + 1 && !e.parentElement.closest(".scroll")).slice(0, 4).map((e) =>
				e.tagName + "." + e.className + " " + Math.round(e.getBoundingClientRect().right)) : null;
			document.adoptedStyleSheets = [];
			return out;
		})()`);
		if (wide)
			findings.push(`reflow ${what}: wider than 320 px${font ? " with a wide font" : ""}: ${wide.join(" | ")}`);
	}
	await page.setViewportSize(before);
}

// WCAG 2.2 AA by axe-core, HTML by html-validate. axe needs script, so it runs only where script is on.
export async function check(page, what, { axe = true } = {}) {
	const html = await (await page.request.get(page.url())).text();
	const report = await validator.validateString(html);
	for (const r of report.results)
		for (const m of r.messages)
			findings.push(`html ${what}: ${m.ruleId} ${m.message} (${m.line}:${m.column})`);
	if (!axe)
		return;
	await reflows(page, what);
	const result = await page.evaluate(`${axeSource}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`)
		.catch((e) => ({ violations: [{ id: "axe", help: String(e), nodes: [] }] }));
	for (const v of result.violations)
		findings.push(`axe ${what}: ${v.id} ${v.help} ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
}
