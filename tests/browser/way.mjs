// The whole way: first report, questions, facts, report, check by a second person, submission; in Japanese, with script and
// without, and each role's own pages. usage: node way.mjs RENKEI MAKE_TOWN [PICTURES]
import { end, hands } from "./hands.mjs";
import { check, findings, open, person } from "./house.mjs";

const [renkei, makeTown, pictures] = process.argv.slice(2);
const house = await open({ renkei, makeTown });
const { expect, picture, sent } = hands("way", pictures);

async function choose(page, fact, value) {
	await page.check(`input[name="fact.${fact}"][value="${value}"]`);
}

async function way(script) {
	const mode = script ? "script" : "plain";
	const clerk = await person(house, "tantou", { script });
	const see = (page, what) => check(page, `${mode} ${what}`, { axe: script });

	await see(clerk, "home");
	await clerk.goto(`${house.address}/first-report`);
	await see(clerk, "first report");
	if (script)
		await picture(clerk, "first-report");
	// a wrong date is named at its field, and nothing typed is lost
	await clerk.fill('input[name="known.y"]', "令和8年2月30日");
	await clerk.fill('input[name="known.m"]', "");
	await clerk.fill('input[name="known.d"]', "");
	await clerk.fill("#i-title", "窓口のパソコンが動かない");
	await choose(clerk, "cause", "ransomware");
	await sent(clerk, "main form.card button[type=submit]", { refused: true });
	expect(await clerk.locator("#errors a").count() === 1, `${mode}: the impossible date is named`);
	expect(await clerk.inputValue("#i-title") === "窓口のパソコンが動かない", `${mode}: the title was kept`);
	expect(await clerk.isChecked('input[name="fact.cause"][value="ransomware"]'), `${mode}: the choice was kept`);
	if (script)
		await picture(clerk, "errors");
	// a real one
	const yesterday = new Date(Date.now() + 9 * 3600e3 - 24 * 3600e3);
	await clerk.fill('input[name="known.y"]', `R${yesterday.getUTCFullYear() - 2018}`);
	await clerk.fill('input[name="known.m"]', `${yesterday.getUTCMonth() + 1}`);
	await clerk.fill('input[name="known.d"]', `${yesterday.getUTCDate()}`);
	await clerk.fill('input[name="known.t"]', "９：３０");
	await choose(clerk, "has_personal_data", "true");
	await choose(clerk, "leak", "suspected");
	await choose(clerk, "damage", "confirmed");
	await choose(clerk, "dishonest_purpose", "true");
	await choose(clerk, "mynumber", "?");
	await clerk.fill('input[name="fact.persons"]', "１，２００");
	await clerk.selectOption('select[name="fact.persons.exact"]', "about");
	if (await clerk.locator("details.field").getAttribute("open") === null)
		await clerk.locator("details.field summary").click();
	await choose(clerk, "org_type", "local_gov");
	await choose(clerk, "sector", "general");
	await clerk.fill("#i-summary", "住民記録のサーバが暗号化され、開けない。");
	await sent(clerk, "main form.card button[type=submit]");
	expect(/\/told$/.test(clerk.url()), `${mode}: the first report opens a case (${clerk.url()})`);
	await see(clerk, "told");
	if (script)
		await picture(clerk, "told");
	const num = clerk.url().match(/2\d{3}-\d{4}/)[0];
	const at = (path) => `${house.address}/cases/${num}${path}`;

	// the questions that decide, until nothing about the report is open
	for (let round = 0; round < 4; round++) {
		await clerk.goto(at("/ask"));
		if (round === 0) {
			await see(clerk, "ask");
			if (script)
				await picture(clerk, "ask");
		}
		const answers = { handles_data: "true", has_personal_data: "true", data_state: "held" };
		const names = await clerk.$$eval("main fieldset input[type=radio]", (v) => [...new Set(v.map((x) => x.name))]);
		for (const name of names.filter((n) => n.startsWith("fact."))) {
			const want = answers[name.slice(5)];
			const values = await clerk.$$eval(`input[name="${name}"]`, (v) => v.map((x) => x.value));
			const value = want ?? (values.includes("false") ? "false" : values.includes("none") ? "none" : values[0]);
			await clerk.check(`input[name="${name}"][value="${value}"]`);
		}
		if (names.length === 0)
			break;
		await sent(clerk, "main form.card button[type=submit]");
		if (round === 0) {
			expect(await clerk.locator(".done").count() === 1, `${mode}: what was stated is told`);
			if (script)
				await picture(clerk, "stated");
		}
	}
	await clerk.goto(at(""));
	await see(clerk, "case");
	if (script)
		await picture(clerk, "case");
	expect(await clerk.locator(".next-title").count() === 1, `${mode}: the case names the next step`);
	for (const tab of ["/facts", "/facts?section=R1", "/facts?section=event", "/facts/cause", "/timeline", "/reports", "/people", "/record"]) {
		await clerk.goto(at(tab));
		await see(clerk, `case${tab}`);
	}
	await clerk.goto(at("/timeline"));
	await clerk.fill("#i-what", "<b>夜間</b>に警報。'; DROP TABLE case_file; --");
	await sent(clerk, "main form.card button[type=submit]");
	expect((await clerk.innerText(".timeline")).includes("<b>夜間</b>"), `${mode}: markup in a text stays text`);
	if (script)
		await picture(clerk, "timeline");

	// found again by a word of two characters in other forms
	for (const word of ["パソコン", "ﾊﾟｿｺﾝ", "ぱそこん", "暗号"]) {
		const found = await clerk.goto(`${house.address}/search?words=${encodeURIComponent(word)}`);
		expect(found.status() === 200 && (await clerk.innerText("main")).includes(num), `${mode}: ${word} finds the case`);
	}
	await see(clerk, "search");
	if (script) {
		await picture(clerk, "search");
		// what is typed outlives the window
		await clerk.goto(at("/timeline"));
		await clerk.fill("#i-what", "電話が鳴った");
		await clerk.waitForSelector(".saved:not(:empty)");
		await clerk.goto(at("/timeline"));
		await see(clerk, "timeline with a draft");
		await Promise.all([clerk.waitForNavigation(), clerk.click('button[name="draft"]')]);
		expect(await clerk.inputValue("#i-what") === "電話が鳴った", "the draft comes back");
		await picture(clerk, "draft");
		await sent(clerk, 'main form[data-keep] button[type=submit]');
		await clerk.goto(at("/timeline"));
		expect(await clerk.locator('button[name="draft"]').count() === 0, "a sent form leaves no draft");
	}

	// the report of the next step
	await clerk.goto(at(""));
	await Promise.all([clerk.waitForNavigation(), clerk.click(".next .primary")]);
	await see(clerk, "duty");
	if (script)
		await picture(clerk, "duty");
	await sent(clerk, ".next button.primary");
	await see(clerk, "report");
	if (script)
		await picture(clerk, "report");
	const report = () => clerk.url().match(/\/reports\/(\d+)/)[1];
	const steps = await clerk.$$eval(".steps a", (v) => v.map((x) => x.getAttribute("href")));
	for (const [i, step] of steps.entries()) {
		const now = step.replace(/\/reports\/\d+/, `/reports/${report()}`);
		await clerk.goto(house.address + now);
		const part = await clerk.innerText("main form.card h2");
		expect(await clerk.locator(`.paper .here h2 >> text=${part}`).count() === 1, `${mode}: the paper beside the form shows the part at hand: ${part}`);
		if (script)
			expect(await clerk.locator(".paper .here h2").evaluate((e) => {
				const paper = e.closest(".paper").getBoundingClientRect(), head = e.getBoundingClientRect();
				return head.top >= paper.top - 1 && head.bottom <= paper.bottom + 1;
			}), `the paper is scrolled to ${part}`);
		if (i < 3)
			await see(clerk, `step ${i}`);
		for (const none of await clerk.$$('main fieldset:has(legend .need:text-is("必須")) input[name$=".none"]'))
			await none.check();
		for (const box of await clerk.$$("main form.card textarea"))
			if (!await box.inputValue())
				await box.fill("調べています。");
		for (const line of await clerk.$$("main form.card .field > input.line"))
			if ((await line.getAttribute("name")).startsWith("fact.") && !(await line.inputValue()))
				await line.fill((await line.getAttribute("name")).endsWith("corporate_number") ? "2000012010019" : "例市");
		if (script && i === 1)
			await picture(clerk, "report-step");
		await sent(clerk, "main form.card .actions button.primary");
		if (await clerk.locator("#errors").count())
			findings.push(`way: ${mode}: step ${step}: ${await clerk.innerText("#errors")}`);
	}
	await clerk.goto(`${house.address}/cases/${num}/reports`);
	const no = await clerk.innerText("main tbody th a");
	await clerk.goto(at(`/reports/${no}`));
	const principal = await clerk.$$eval(".paper dt", (v) => v.filter((x) => x.innerText.includes("委託元の有無")).map((x) => x.nextElementSibling.innerText));
	expect(principal.length === 1 && principal[0] !== "" && !principal[0].includes("足りません"), `${mode}: that there is none answers a required table: ${principal}`);
	const pdf = await clerk.request.get(at(`/reports/${no}/pdf`));
	expect(pdf.status() === 200 && (await pdf.body()).subarray(0, 5).toString() === "%PDF-", `${mode}: the PDF comes`);
	await clerk.goto(at(`/reports/${no}`));
	expect(await clerk.locator('form[action$="/submit"]').count() === 0, `${mode}: the handler cannot submit`);

	// a second person checks, a third one submits
	const head = await person(house, script ? "hogo" : "hogo2", { script });
	await head.goto(at(`/reports/${no}`));
	await see(head, "report as head of protection");
	await sent(head, 'form[action$="/approve"] button');
	const chief = await person(house, "soukatsu", { script });
	await chief.goto(at(`/reports/${no}`));
	await see(chief, "report as chief");
	if (script)
		await picture(chief, "report-submit");
	if (await chief.locator('input[name="incomplete"]').count())
		await chief.check('input[name="incomplete"]');
	await chief.fill("#i-receipt", "例-0001");
	await sent(chief, 'form[action$="/submit"] button');
	expect((await chief.innerText("main")).includes("提出済み"), `${mode}: the report is submitted`);
	await chief.goto(at(""));
	expect((await chief.innerText("main")).includes("終わったこと"), `${mode}: its duty has ended`);
	await chief.goto(house.address);
	await see(chief, "home of the chief");
	if (script)
		await picture(chief, "home");
	for (const p of [clerk, head, chief])
		await p.context().close();
	return num;
}

const num = await way(true);
await way(false);

// what each role sees, and what not
const roles = {
	kansa: ["/", "/cases", `/cases/${num}`, `/cases/${num}/facts`, "/record", "/accounts", "/calendar", "/duties", "/own"],
	etsuran: ["/", "/cases", `/cases/${num}`, `/cases/${num}/facts`, "/calendar"],
	kensa: ["/", "/cases", "/record"],
	system: ["/", "/accounts", "/own"],
	soukatsu: ["/accounts", "/record", "/calendar"],
};
for (const [name, paths] of Object.entries(roles)) {
	const page = await person(house, name);
	for (const path of paths) {
		const got = await page.goto(house.address + path);
		if (got.status() !== 200)
			findings.push(`role ${name} ${path}: ${got.status()}`);
		await check(page, `${name} ${path}`);
		if (name === "kansa" && path === "/record")
			await picture(page, "record");
		if (name === "system" && path === "/accounts")
			await picture(page, "accounts");
		if (name === "soukatsu" && path === "/calendar")
			await picture(page, "calendar");
	}
	await page.context().close();
}
const narrow = await person(house, "hogo", { width: 390 });
await check(narrow, "narrow home");
await picture(narrow, "narrow-home");
await narrow.goto(`${house.address}/first-report`);
expect(await narrow.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing is cut on a narrow screen");
await picture(narrow, "narrow-first");
const english = await person(house, "hogo2", { lang: "en" });
await check(english, "English home");
await english.goto(`${house.address}/cases/${num}`);
await check(english, "English case");
await picture(english, "english-case");
const nobody = await person(house, null);
await nobody.goto(`${house.address}/sign-in`);
await check(nobody, "sign-in");
await picture(nobody, "sign-in");
await nobody.goto(`${house.address}/invited`);
await check(nobody, "invited");

await end(house);
