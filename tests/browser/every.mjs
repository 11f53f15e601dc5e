// Every page of the route table as each role: the answer that the rights give, WCAG 2.2 AA, HTML, 320 px, words instead of codes,
// one heading, the way past the menu; in Japanese and in English. A route that nothing here leads to is a finding.
// usage: node every.mjs RENKEI MAKE_TOWN [PICTURES]
import { mkdirSync, readFileSync } from "node:fs";
import { furnish } from "./furnish.mjs";
import { end } from "./hands.mjs";
import { check, findings, open, person } from "./house.mjs";

const [renkei, makeTown, pictures] = process.argv.slice(2);
const house = await open({ renkei, makeTown, neighbours: true });
const { near } = house;
const rights = readFileSync(new URL("../../people/rights.yaml", import.meta.url), "utf8");
if (pictures)
	mkdirSync(pictures, { recursive: true });

function may(role, what) {
	const row = rights.match(new RegExp(`what: "?${what.replace(/[.*]/g, "\\$&")}"?, roles: \\[([^\\]]*)\\](.*)`));
	return what === "-" || Boolean(row) && (row[2].includes("self: true") || row[1].split(/, */).includes(role));
}

// ---- one of everything that a path can name ----

const things = await furnish(house);
// where one thing does not fit every route
const other = [
	[/^\/cases\/\{case\}\/(room|selection|watch|threads|principals|wishes|exercise)/, { "{case}": near.case }],
	[/\/evidence\/\{no\}$/, { "{no}": things["{file}"] }],
	[/\/reports\/.*\{step\}$/, { "{step}": "outline" }],
	[/\/received\/\{env\}/, { "{thread}": near.thread, "{env}": near.env }],
	[/^\/threads\/\{thread\}\/steps\/\{step\}$/, { "{thread}": near.thread, "{step}": "comment" }],
];
// the same page in another state
const more = ["/cases?state=closed", "/duties?kind=may", "/threads?state=over", "/search?words=%E7%AB%AF%E6%9C%AB", "/record?since=2020-01-01", "/cases/{case}/facts?section=event",
	"/threads/none", "/cases/1999-0001"];

function pathOf(pattern) {
	let path = pattern;
	for (const [which, parts] of other)
		if (which.test(pattern))
			for (const [name, value] of Object.entries(parts))
				path = path.replace(name, value);
	for (const [name, value] of Object.entries(things))
		path = path.replace(name, value);
	if (/[{}]|undefined/.test(path))
		findings.push(`every: nothing stands for ${pattern}: ${path}`);
	return path;
}

// ---- what every page has to be ----

const seen = new Set();
const codes = [/\bop-[a-z0-9]{8,}/, /\b[cr]-[a-z0-9]{12,}/, /\d{4}-\d\d-\d\dT\d\d:/, /\b(APPI|MN|TBA)\d*\.[A-Z]/, /undefined|\[object|\{\{/, /\((handler|lead|chief|auditor|system)\)/];

async function look(page, what, { lang = "ja" } = {}) {
	const main = await page.innerText("main");
	if (lang === "ja")
		for (const code of codes)
			if (code.test(main))
				findings.push(`every: ${what} shows a code: ${main.match(new RegExp(`.{0,20}${code.source}.{0,20}`, "s"))[0].replaceAll("\n", " ")}`);
	if (await page.locator("h1").count() !== 1)
		findings.push(`every: ${what} has ${await page.locator("h1").count()} h1`);
	if (await page.getAttribute("html", "lang") !== lang)
		findings.push(`every: ${what} is not in ${lang}`);
	if (await page.locator("input[placeholder], textarea[placeholder], [style], main script").count())
		findings.push(`every: ${what} has a placeholder, a style or a script of its own`);
	// axe and the narrow screen only where something stands that was not looked at before
	const parts = await page.evaluate(`[...document.querySelectorAll("body *")].map((e) => [e.parentElement.tagName, e.parentElement.className, e.tagName,
		e.className, e.getAttribute("role"), e.type].join(" "))`);
	const fresh = parts.filter((x) => !seen.has(x));
	fresh.forEach((x) => seen.add(x));
	await check(page, what, { axe: fresh.length > 0 });
	if (fresh.length > 0) {
		await page.keyboard.press("Tab");
		const skip = await page.evaluate("document.activeElement.className");
		if (skip !== "skip" && !await page.locator("#errors").count())
			findings.push(`every: ${what}: the first stop of the Tab key is no way past the menu (${skip})`);
		await page.emulateMedia({ media: "print" });
		if (await page.locator("nav.menu").isVisible().catch(() => false) || !await page.isVisible("h1"))
			findings.push(`every: ${what}: on paper stand the menu and no heading`);
		await page.emulateMedia({ media: "screen" });
	}
}

// ways to an identity provider and back, without a page of their own
const elsewhere = new Map(["/sign-in/oidc", "/sign-in/back", "/own/oidc", "/own/oidc/back"].map((path) => [path, "tests/door/oidc.py"]));
const html = (answer) => (answer.headers()["content-type"] ?? "").startsWith("text/html");
const served = new Map();
const gets = house.routes.filter((r) => r.method === "GET");
let visits = 0;

for (const [login, role] of [["soukatsu", "chief"], ["hogo", "lead"], ["tantou", "handler"], ["kansa", "auditor"], ["kensa", "inspector"], ["etsuran", "reader"], ["system", "admin"]]) {
	const page = await person(house, login);
	for (const { path: pattern, may: what } of gets) {
		if (pattern === "/language" || pattern.startsWith("/sign-in") || pattern === "/invited" || elsewhere.has(pattern))
			continue;
		const path = pathOf(pattern), name = `${role} ${pattern}`;
		visits++;
		if (/\.(csv|xlsx|ics|jsonl|txt)$|\/(stix|misp|sightings)\.json$|\/(pdf|xlsx|file)$|\/evidence\/\{no\}$|^\/feed\//.test(pattern)) {
			const answer = await page.request.get(house.address + path);
			if (answer.status() === 200)
				served.set(pattern, true);
			if ((answer.status() === 200) !== may(role, what) && !(pattern.startsWith("/feed/") && answer.status() === 200))
				findings.push(`every: ${name}: ${answer.status()} ${html(answer) ? (await answer.text()).replace(/<[^>]*>/g, " ").slice(-250) : ""}`);
			continue;
		}
		const answer = await page.goto(house.address + path);
		if ((answer.status() === 200) !== may(role, what))
			findings.push(`every: ${name}: ${answer.status()} ${path}`);
		if (answer.status() === 200 && html(answer))
			served.set(pattern, true);
		await look(page, name);
		if (pictures && answer.status() === 200)
			await page.screenshot({ path: `${pictures}/${role}${pattern.replace(/[/{}.]+/g, "-")}.png`, fullPage: true });
	}
	for (const path of more) {
		await page.goto(house.address + pathOf(path));
		await look(page, `${role} ${path}`);
	}
	await page.context().close();
}

// in English, and by those who have not signed in
const english = await person(house, "hogo2", { lang: "en" });
for (const { path: pattern } of gets) {
	if (/\.(csv|xlsx|ics|jsonl|txt)$|\/(stix|misp|sightings)\.json$|\/(pdf|xlsx|file)$|\/evidence\/\{no\}$|^\/feed\/|^\/language|^\/sign-in|^\/invited/.test(pattern) || elsewhere.has(pattern))
		continue;
	await english.goto(house.address + pathOf(pattern));
	await look(english, `English ${pattern}`, { lang: "en" });
}
await english.context().close();
const nobody = await person(house, null);
for (const path of ["/sign-in", "/invited", "/nothing", "/language?to=ja", "/sign-in/code"]) {
	await nobody.goto(house.address + path);
	await look(nobody, `nobody ${path}`);
	served.set(path.split("?")[0], true);
}
for (const { path } of gets)
	if (!served.has(path) && !elsewhere.has(path))
		findings.push(`every: ${path} was served to nobody`);

await end(house, `${gets.length} routes, ${visits} visits; `);
