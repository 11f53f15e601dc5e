// One of everything that a path can name: a case with a submitted report and a draft, evidence, a thread, a preview, a motion,
// a list of a screening.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { findings, person } from "./house.mjs";

// the logs of a (fictional) town, screened by the real program
const logs = fileURLToPath(new URL("../data/screen/town", import.meta.url));
const small = fileURLToPath(new URL("../data/deid/small", import.meta.url));

export function screened(house, items = 30) {
	const folder = mkdtempSync(`${tmpdir()}/renkei-screened-`);
	execFileSync(house.renkei, ["screen", `--data=${logs}`, `--items=${items}`, `--out=${folder}/list`, `--proof=${folder}/proof`], { stdio: "ignore" });
	const read = (name, type) => ({ name: `${name}.json`, mimeType: type, buffer: readFileSync(`${folder}/${name}`) });
	const table = (name) => ({ name: `${name}.csv`, mimeType: "text/csv", buffer: gunzipSync(readFileSync(`${logs}/${name}.csv.gz`)) });
	const all = { list: read("list", "application/jsonl"), proof: read("proof", "application/json"), accounts: table("accounts"), departments: table("departments") };
	rmSync(folder, { recursive: true });
	return all;
}

// A release of de-identified information, as the command signs it into the record.
function released(house, who) {
	const folder = mkdtempSync(`${tmpdir()}/renkei-released-`);
	const run = (...args) => execFileSync(house.renkei, ["deid", ...args], { stdio: "ignore" });
	run("officer", `--out=${folder}/officer`);
	run("run", `--spec=${small}/spec.yaml`, `--in=${small}/persons.csv`, `--out=${folder}/o.csv`, `--sealed=${folder}/o.sealed`, `--officer=${folder}/officer.pub`,
		"--record", `--store=${house.dir}`, `--as=${who}:handler`);
	rmSync(folder, { recursive: true });
}

export const itemsOf = (files) => files.list.buffer.toString().trim().split("\n").map((line) => JSON.parse(line));

export async function form(house, page, path, fields, at = path) {
	await page.goto(house.address + at);
	const hidden = Object.fromEntries(await page.$$eval('main form[method="post"] input[type="hidden"]', (v) => v.map((x) => [x.name, x.value])));
	const answer = await page.request.post(house.address + path, { form: { csrf: hidden.csrf, once: hidden.once ?? "", ...fields }, maxRedirects: 0 });
	if (![200, 303].includes(answer.status()))
		findings.push(`every: ${path}: ${answer.status()} ${(await answer.text()).replace(/<[^>]*>/g, " ").slice(-300)}`);
	return answer.headers().location ?? "";
}

export async function upload(house, page, path, file, fields) {
	await page.goto(house.address + path);
	const csrf = await page.inputValue('main input[name="csrf"]'), once = await page.inputValue('main input[name="once"]');
	const answer = await page.request.post(house.address + path, { multipart: { csrf, once, ...fields, ...file && { file } }, maxRedirects: 0 });
	if (answer.status() !== 303)
		findings.push(`every: ${path}: ${answer.status()}`);
	return answer.headers().location ?? "";
}

const first = async (house, page, path, selector) => {
	await page.goto(house.address + path);
	return (await page.getAttribute(selector, "href")) ?? "";
};

export async function furnish(house) {
	const { near } = house;
	const clerk = await person(house, "tantou"), lead = await person(house, "hogo"), chief = await person(house, "soukatsu");
	const facts = { cause: "ransomware", org_type: "local_gov", sector: "general", handles_data: "true", has_personal_data: "true", data_state: "held", leak: "suspected",
		damage: "confirmed", persons: "1200", encryption: "none", recovered_unviewed: "false", other_copy_exists: "false", dishonest_purpose: "true",
		against_handler: "true", pseudonymized: "false", key_compromised: "false", mynumber: "false" };
	const known = new Date(Date.now() - 24 * 3600e3).toISOString().slice(0, 10);
	const told = await form(house, clerk, "/first-report", { known, title: "庁内端末の暗号化", ...Object.fromEntries(Object.entries(facts).map(([k, v]) => [`fact.${k}`, v])) });
	const num = told.match(/\d{4}-\d{4}/)[0], c = `/cases/${num}`, n = `/cases/${near.case}`;
	const duty = await first(house, clerk, c, ".duties .duty-name a"), rule = duty.split("/").pop();
	const draft = async () => (await form(house, clerk, `${c}/reports`, { rule }, duty)).split("/").pop();
	const one = await draft();
	await form(house, chief, `${c}/reports/${one}/submit`, { on: known, emergency: "1", incomplete: "1", note: "連絡がとれないため" }, `${c}/reports/${one}`);
	await form(house, clerk, `${c}/facts`, { "fact.persons": "1350", sure: "estimated" }, `${c}/facts?section=event`);
	const no = (await form(house, clerk, `${c}/reports`, { rule: rule.replace("PRE", "FIN") }, duty.replace("PRE", "FIN"))).split("/").pop();
	await upload(house, clerk, `${c}/evidence`, { name: "記録.log", mimeType: "text/plain", buffer: Buffer.from("a\n") }, { note: "記録" });
	const file = (await first(house, clerk, `${c}/evidence`, "main tbody a")).split("/").pop();
	await form(house, clerk, `${c}/timeline`, { at: known, what: "端末を切り離した。", by: "情報政策課" });
	const document = (await upload(house, clerk, `${n}/selection`, { name: "報告.txt", mimeType: "text/plain",
		buffer: Buffer.from("攻撃元 198.51.100[.]7。端末の C:\\Users\\kiosk77\\x.exe を確認。担当 山田太郎\n") }, { name: "報告" })).split("/").pop();
	const list = (await upload(house, clerk, `${n}/watch`, { name: "一覧.txt", mimeType: "text/plain", buffer: Buffer.from("45.76.10.9\nevil-update.top\n") }, {})).split("/").pop();
	await form(house, clerk, `${n}/watch/${list}/logs`, { name: "fw.log", text: "Nov 20 10:00:00 fw src=10.1.2.3 user=山田太郎 dst=45.76.10.9" }, `${n}/watch/${list}`);
	const advice = { "to.ipa.example": "1", "field.config": "VPN装置", "field.phase": "containment", "field.question": "端末を止めてよいか。", "field.persons": "1" };
	const sent = (await form(house, clerk, `${n}/threads/advice`, advice)).split("/").pop();
	const thread = (await form(house, chief, `/previews/${sent}/send`, {}, `/previews/${sent}`)).split("/").pop();
	const env = (await first(house, clerk, `/threads/${thread}`, 'main a[href*="/sent/"]')).split("/").pop();
	const preview = (await form(house, clerk, `${n}/threads/advice`, advice)).split("/").pop();
	const partner = (await first(house, lead, "/partners", 'main tbody a')).split("/").pop();
	const motion = (await form(house, lead, `/partners/${partner}/end`, {}, `/partners/${partner}`)).split("/").pop();
	const memo = (await first(house, lead, "/memos", "main tbody a")).split("/").pop();
	const account = (await first(house, chief, "/accounts", "main tbody a")).split("/").pop();
	await clerk.goto(`${house.address}/own`);
	await Promise.all([clerk.waitForNavigation(), clerk.click('form[action="/own/feed"] button')]);
	const feed = (await clerk.innerText("main")).match(/\/feed\/([^\s]+\.ics)/)[1];
	const option = async (name) => (await lead.locator("#i-actor option", { hasText: name }).getAttribute("value"));
	for (const [name, account, auditor] of [["保護 太郎", "s99001", ""], ["総括 花子", "s99002", ""], ["監査 一郎", "", "1"]]) {
		await lead.goto(`${house.address}/screening/reviewers`);
		await form(house, name === "保護 太郎" ? chief : lead, "/screening/reviewers", { actor: await option(name), log_account: account, ...auditor && { auditor } });
	}
	await upload(house, lead, "/screening", null, { run: "2025-10", ...screened(house) });
	const item = (await first(house, lead, "/screening/lists/2025-10", ".findings .duty-name a")).split("/").pop();
	const ask = (await form(house, clerk, "/screening/persons", { number: "0300027548" })).split("/").pop();
	await lead.goto(`${house.address}/screening/reviewers`);
	execFileSync(house.renkei, ["review", "looked", ask, `${logs}/oplog_990021.csv.gz`, "--keep", `--store=${house.dir}`, `--as=${await option("監査 一郎")}:auditor`],
		{ stdio: "ignore" });
	await lead.goto(`${house.address}/screening/reviewers`);
	released(house, await option("担当 桃子"));
	const release = (await first(house, clerk, "/deid", "main tbody a")).split("/").pop();
	for (const p of [clerk, lead, chief])
		await p.context().close();
	return {
		"{case}": num, "{path}": "persons", "{rule}": rule, "{kind}": "advice", "{account}": account, "{document}": document, "{list}": list, "{thread}": thread,
		"{env}": env, "{draft}": preview, "{motion}": motion, "{partner}": partner, "{memo}": memo, "{token}": feed, "{no}": no, "{file}": file,
		"{run}": "2025-10", "{item}": item, "{ask}": ask, "{release}": release,
	};
}

