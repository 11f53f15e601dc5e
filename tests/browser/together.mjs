// The way of a disclosure: a thread out of a case, what each would get, keeping back more, a second person, a recall; memoranda and
// partners through two hands; the room of a case, principals, both sides of a document. With script and without.
// usage: node together.mjs RENKEI MAKE_TOWN [PICTURES]
import { form } from "./furnish.mjs";
import { end, hands } from "./hands.mjs";
import { check, findings, open, person } from "./house.mjs";

const [renkei, makeTown, pictures] = process.argv.slice(2);
const house = await open({ renkei, makeTown, neighbours: true });
const { near } = house;
const { expect, picture, sent } = hands("together", pictures);

async function way(script) {
	const mode = script ? "script" : "plain";
	const clerk = await person(house, "tantou", { script });
	const chief = await person(house, script ? "soukatsu" : "hogo2", { script });
	const lead = await person(house, "hogo", { script });
	const home = `${house.address}/cases/${near.case}`;
	let step = 0;

	const look = async (page, path, name) => {
		if (path)
			await page.goto(path.startsWith("http") ? path : house.address + path);
		await check(page, `${mode} ${name}`, { axe: script });
		expect(await page.locator("aside.exercise").count() === 1, `${mode}: ${name} says that it is an exercise`);
		if (script)
			await picture(page, `${String(++step).padStart(2, "0")}-${name}`);
	};
	const press = async (page, selector) => {
		await Promise.all([page.waitForNavigation(), page.click(selector)]);
	};
	const says = async (page, text, what) => expect((await page.innerText("main")).includes(text), `${mode}: ${what} (${page.url()})`);

	await look(clerk, "/", "home");
	const waits = await clerk.innerText("section[aria-labelledby=waiting-head]");
	expect(waits.includes("連名の注意喚起") && waits.includes("ipa.example") === false && waits.includes("期限"), `${mode}: the first page says what partners wait for: ${waits}`);
	await clerk.goto(`${house.address}/first-report`);
	expect(await clerk.isChecked('input[name="fact.node_role"][value="ppc"]'), `${mode}: an authority's case is first somebody else's, and it is asked`);
	await look(clerk, "/guidelines", "guidelines");
	await says(clerk, "安全管理の手引き 第3版", "what is asked about a guideline is a task");
	await look(clerk, "/guidelines/new", "guideline-new");
	await clerk.check('input[name="to.ipa.example"]');
	await press(clerk, "main form.card .actions button.primary");
	expect(await clerk.locator("#errors a").count() === 1, `${mode}: a guideline has a name`);
	await clerk.fill('[name="field.document"]', "対応の手引き");
	await press(clerk, "main form.card .actions button.primary");
	await look(chief, "/", "home-approvals");
	await says(chief, "承認できるものがあります", "what waits for the approver stands on the first page");
	await chief.goto(clerk.url());
	await press(chief, 'form[action$="/send"] button');
	await look(clerk, "/guidelines", "guidelines-ours");
	await says(clerk, "返事待ち", "whose answer is waited for stands in the register");
	await look(clerk, "/threads", "threads");
	await says(clerk, "連名の注意喚起", "what came waits for us");
	await look(clerk, `${home}/room`, "room-empty");
	await look(clerk, `${home}/threads`, "kinds");
	await look(clerk, `${home}/threads/advice`, "advice-form");
	await says(clerk, "送れません", "who is not covered is named with the reason");
	// what is missing is named at its field, and nothing typed is lost
	await clerk.check('input[name="to.ipa.example"]');
	await clerk.fill('[name="field.config"]', "VPN装置 10.0.0.1");
	await press(clerk, "main form.card .actions button.primary");
	await look(clerk, null, "advice-errors");
	expect(await clerk.locator("#errors a").count() === 2, `${mode}: two fields are missing`);
	expect(await clerk.inputValue('[name="field.config"]') === "VPN装置 10.0.0.1", `${mode}: what was typed stays`);
	await clerk.selectOption('[name="field.phase"]', "containment");
	await clerk.fill('[name="field.question"]', "担当の山田太郎様（090-1234-5678）の端末を止めてよいか。");
	await clerk.fill('[name="field.reporter"]', "株式会社例");
	await clerk.fill('[name="field.persons"]', "２２，４２０");
	await press(clerk, "main form.card .actions button.primary");
	expect(/\/previews\//.test(clerk.url()), `${mode}: the preview comes before anything goes (${clerk.url()})`);
	await look(clerk, null, "preview-own");
	await says(clerk, "別の人の承認を待っています", "one's own draft cannot be approved");
	const cells = await clerk.$$eval("table.sides tbody tr", (v) => v.map((r) => [...r.cells].map((x) => x.innerText)));
	const question = cells.find((r) => r[0].startsWith("求め"));
	expect(question && question[1].includes("山田太郎") && !question[2].includes("山田太郎"), `${mode}: left what we hold, right what they get`);
	const reporter = cells.find((r) => r[0].startsWith("報告者"));
	expect(reporter && reporter[2].includes("渡さない") && reporter[3].includes("要りません"), `${mode}: what is kept back has its reason`);
	await clerk.check('input[name="hold.config"]');
	await press(clerk, "#hold-form button");
	await says(clerk, "担当者の判断", "more is kept back");
	const preview = clerk.url();
	await look(chief, preview, "preview-chief");
	await press(chief, 'form[action$="/send"] button');
	expect(/\/threads\/t-/.test(chief.url()), `${mode}: it is sent`);
	await look(chief, null, "thread-sent");
	const thread = chief.url();
	await press(chief, "main table td a, main table th a[href*='/sent/']");
	await look(chief, null, "sent");
	expect(!(await chief.innerText("main")).includes("VPN装置"), `${mode}: what was kept back did not go`);
	const sent = chief.url();
	await lead.goto(sent);
	await lead.click("details summary");
	await lead.check('input[name="code"][value="wrong_content"]');
	await press(lead, 'form[action$="/recall"] button');
	await look(lead, null, "motion-own");
	await says(lead, "読んだもの、写したもの、印刷したものは取り消せません", "what a recall cannot do is said");
	await look(chief, lead.url(), "motion-chief");
	await press(chief, 'form[action$="/carry"] button');
	await look(chief, sent, "sent-recalled");
	await says(chief, "取消しを求めています", "the recall is shown");
	await look(clerk, thread, "thread-recalled");

	// what came: its marking at every look; one that was recalled
	await look(clerk, `/threads/${near.thread}`, "thread-received");
	await look(clerk, `/threads/${near.thread}/received/${near.env}`, "received");
	await says(clerk, "TLP:AMBER", "the marking stands above the content");
	await says(clerk, "渡せません", "onward sharing is refused with the reason");
	await look(clerk, `/threads/${near.thread}/steps/comment`, "step-comment");
	if (script) {
		await clerk.fill('[name="field.comment"]', "内容に異存ありません。");
		await press(clerk, "main form.card .actions button.primary");
		expect(clerk.url().endsWith(near.thread), "a free step goes at once");
	}
	await look(lead, `/threads/${near.recalled}/received/${near.recalled_env}`, "received-recalled");
	expect(!(await lead.innerText("main")).includes("別の相手への内容"), `${mode}: what was recalled is not shown`);
	if (script) {
		await lead.check('input[name="answer"][value="kept"]');
		await press(lead, 'form[action$="/answer"] button');
		await look(lead, null, "received-wrong");
		expect(await lead.locator("#errors a").count() === 1, "to keep it needs a basis");
		await lead.check('input[name="answer"][value="done"]');
		await press(lead, 'form[action$="/answer"] button');
		await look(chief, lead.url(), "motion-destroy");
		await press(chief, 'form[action$="/carry"] button');
		await look(chief, `/threads/${near.recalled}/received/${near.recalled_env}`, "received-destroyed");
	}

	// the judgement and the room
	await lead.goto(`${home}/room`);
	await lead.click("details summary");
	await lead.check('input[name="social"]');
	await press(lead, 'form[action$="/judge"] button');
	expect(await lead.locator("#errors a").count() === 1, `${mode}: a judgement needs grounds`);
	await lead.fill("#i-grounds", "全国の委託元に及ぶため。");
	if (script) {
		await press(lead, 'form[action$="/judge"] button');
		await look(lead, null, "room-open");
		await says(lead, "土台となる条件が、まだ決まりません", "nobody judges on what is not known yet");
		const known = { org_type: "private", handles_data: "true", has_personal_data: "true", data_state: "held", cause: "ransomware", medium: "electronic_file",
			damage: "confirmed", leak: "suspected", dishonest_purpose: "true", against_handler: "true", encryption: "none", loss: "none",
			recovered_unviewed: "false", other_copy_exists: "false", key_compromised: "false", contactable: "true" };
		await form(house, clerk, `/cases/${near.case}/facts`, Object.fromEntries(Object.entries(known).map(([k, v]) => [`fact.${k}`, v])), `/cases/${near.case}/facts?section=event`);
		await lead.goto(`${home}/room`);
		await lead.click("details summary");
		await lead.check('input[name="social"]');
		await lead.fill("#i-grounds", "全国の委託元に及ぶため。");
	}
	await press(lead, 'form[action$="/judge"] button');
	await look(lead, null, "room");
	await says(lead, "全国の委託元に及ぶため", "the grounds stand");
	await look(lead, `${home}/wishes`, "wishes");
	await lead.check('input[name="kind"][value="anonymous"]');
	await press(lead, "main form.card button.primary");
	await look(lead, null, "wishes-noted");
	await says(lead, "名前を出さないでほしい", "a reservation is noted");
	await press(lead, 'main tbody form[action$="/end"] button');
	await says(lead, "記されていません", "and ended");
	await look(lead, `${home}/exercise`, "exercise");
	await look(lead, `${home}/principals`, "principals");
	await press(lead, 'main a.button[href*="after="]');
	await says(lead, "office-130.example", "the second page of principals");
	await lead.goto(`${home}/principals`);
	await lead.fill('input[name="words"]', "office-01");
	await press(lead, "form.filter button");
	await says(lead, "対象：10", "the table can be narrowed down");

	// partners and memoranda
	await look(lead, "/partners", "partners");
	await press(lead, 'main tbody a >> text=国家サイバー統括室');
	await look(lead, null, "partner");
	const partner = lead.url();
	await lead.click("details summary >> text=覚書を起案する");
	await lead.selectOption('select[name="dir.alert"]', "both");
	await lead.selectOption('select[name="tlp.alert"]', "green");
	await lead.selectOption('select[name="dir.hearing"]', "both");
	await lead.click('.memo-kind:has(select[name="dir.alert"]) summary');
	await lead.check('input[name="kept_of.alert.attack.indicator"]');
	await press(lead, 'form[action$="/memos"] button');
	await look(chief, lead.url(), "motion-memo");
	const covers = await chief.$$eval("main tbody tr", (v) => v.map((r) => r.innerText));
	expect(covers.length === 2 && covers.filter((r) => r.includes("侵害の痕跡")).length === 1 && covers.find((r) => r.includes("侵害の痕跡")).includes("注意喚起"),
		`${mode}: a reservation is of one kind: ${covers}`);
	await press(chief, 'form[action$="/carry"] button');
	await look(chief, null, "memo");
	await says(chief, "当方のみ署名", "one signature covers nothing");
	await look(chief, "/memos", "memos");
	await lead.goto(partner);
	await lead.click("details summary >> text=名称・窓口");
	await lead.check('input[name="what"][value="contact"]');
	await lead.fill("#i-text", "当直 03-0000-0000");
	await press(lead, 'form[action$="/notes"] button');
	await says(lead, "当直 03-0000-0000", "a contact is noted");

	// both sides of a document
	await look(clerk, `${home}/selection`, "selections");
	await clerk.setInputFiles("#i-file", { name: "報告.txt", mimeType: "text/plain", buffer: Buffer.from(
		"氏名：山田太郎　電話 090-1234-5678\n攻撃元 198.51.100[.]7 と hxxp://evil.example/a.php を確認。\n端末の C:\\Users\\kiosk77\\AppData\\x.exe を確認。\n" + mode) });
	await press(clerk, "main form.card .actions button.primary");
	await look(clerk, null, "selection");
	await says(clerk, "198.51.100.7", "machine information goes out");
	expect(!(await clerk.innerText("main")).includes("山田太郎"), `${mode}: a name stays in`);
	await clerk.fill('input[name="reason"]', "共用端末の名");
	await press(clerk, 'button[name="what"][value="release"]');
	await says(clerk, "外に出す 担当 桃子".split(" ")[0], "the decision is shown");
	await look(clerk, null, "selection-decided");
	for (const p of [clerk, chief, lead])
		await p.context().close();
	return { thread, preview, sent, partner };
}

const seen = await way(true);
await way(false);

// printed: the tables stay, the buttons go
const printer = await person(house, "hogo");
await printer.emulateMedia({ media: "print" });
for (const [path, name] of [[`/cases/${near.case}/room`, "room"], [`/threads/${near.thread}/received/${near.env}`, "received"]]) {
	await printer.goto(house.address + path);
	expect(!await printer.isVisible("nav.menu") && await printer.isVisible("h1") && await printer.isVisible("aside.exercise"), `${name} can be printed`);
	await picture(printer, `print-${name}`);
}
await printer.context().close();

// who only reads sees nothing of it
for (const [name, paths, want] of [["kansa", ["/threads", "/partners", "/memos", `/cases/${near.case}/room`, `/cases/${near.case}/selection`], 200],
	["etsuran", ["/threads", "/partners", `/cases/${near.case}/room`, `/cases/${near.case}/selection`, new URL(seen.thread).pathname], 403],
	["system", ["/threads", "/memos"], 403]]) {
	const page = await person(house, name);
	for (const path of paths) {
		const got = await page.goto(house.address + path);
		expect(got.status() === want, `${name} ${path}: ${got.status()}`);
		await check(page, `${name} ${path}`);
		expect(await page.locator("aside.exercise").count() === 1, `${name} ${path} says that it is an exercise`);
	}
	await page.context().close();
}
const english = await person(house, "hogo2", { lang: "en" });
for (const path of ["/threads", "/partners", "/memos", new URL(seen.partner).pathname, new URL(seen.thread).pathname, `/cases/${near.case}/room`, `/cases/${near.case}/threads/hearing`,
	`/cases/${near.case}/principals`, `/cases/${near.case}/wishes`, `/cases/${near.case}/selection`, `/threads/${near.thread}/received/${near.env}`]) {
	await english.goto(house.address + path);
	await check(english, `English ${path}`);
	expect(!/[ぁ-ん]{4}/.test((await english.innerText("main")).replace(/「.*?」/g, "")) || /received|threads\/t-|room|partners\/p-/.test(path), `English ${path} speaks English`);
}
await picture(english, "english-received");
const narrow = await person(house, "hogo", { width: 390 });
for (const path of ["/threads", `/cases/${near.case}/room`, `/cases/${near.case}/threads/advice`, new URL(seen.thread).pathname, "/partners"]) {
	await narrow.goto(house.address + path);
	expect(await narrow.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), `${path} is not cut on a narrow screen`);
	await check(narrow, `narrow ${path}`);
}
await narrow.goto(`${house.address}/cases/${near.case}/room`);
await picture(narrow, "narrow-room");

await end(house);
