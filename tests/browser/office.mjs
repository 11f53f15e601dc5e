// What keeps an office ready: notices and who takes them on, deputies and absence, reviews, settings, sections of a case, evidence,
// people told, who looked, sessions, recovery codes, passkeys. With script and without, as each role.
// usage: node office.mjs RENKEI MAKE_TOWN [PICTURES]
import { end, hands } from "./hands.mjs";
import { check, findings, open, person } from "./house.mjs";

const [renkei, makeTown, pictures] = process.argv.slice(2);
const house = await open({ renkei, makeTown });
const { expect, picture, sent } = hands("office", pictures);

async function fits(page, what) {
	expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), `${what} is cut on a narrow screen`);
}

async function firstReport(page) {
	const facts = { cause: "ransomware", org_type: "local_gov", handles_data: "true", has_personal_data: "true", data_state: "held", leak: "suspected",
		damage: "confirmed", persons: "1200", encryption: "none", recovered_unviewed: "false", other_copy_exists: "false", dishonest_purpose: "true",
		against_handler: "true", pseudonymized: "false", key_compromised: "false", mynumber: "false" };
	await page.goto(`${house.address}/first-report`);
	const csrf = await page.inputValue('main input[name="csrf"]'), once = await page.inputValue('main input[name="once"]');
	const form = { csrf, once, known: "2026-06-01", title: "庁内端末の暗号化" };
	for (const [name, value] of Object.entries(facts))
		form[`fact.${name}`] = value;
	const answer = await page.request.post(`${house.address}/first-report`, { form, maxRedirects: 0 });
	return answer.headers().location.match(/\d{4}-\d{4}/)[0];
}

async function caseWork(script, num) {
	const mode = script ? "script" : "plain";
	const clerk = await person(house, "tantou", { script });
	const at = (path) => `${house.address}/cases/${num}${path}`;
	const see = (what) => check(clerk, `${what} (${mode})`, { axe: script });

	// evidence: kept as it came, given out as a download
	await clerk.goto(at("/evidence"));
	await see("evidence, empty");
	await clerk.setInputFiles("#i-file", { name: "防火壁<b>.log", mimeType: "text/html", buffer: Buffer.from("<script>alert(1)</script>\n") });
	await clerk.fill("#i-note", "ファイアウォールの記録 <i>6月1日</i>");
	await sent(clerk, "main form.card button[type=submit]");
	await see("evidence");
	await picture(clerk, `evidence-${mode}`);
	expect((await clerk.innerText("main table")).includes("防火壁<b>.log"), `${mode}: the file is listed by its name`);
	const file = await clerk.request.get(house.address + await clerk.getAttribute("main tbody a", "href"));
	expect(file.headers()["content-disposition"].startsWith("attachment") && file.headers()["content-type"] === "application/octet-stream" &&
		(await file.text()).includes("alert(1)"), `${mode}: evidence comes as a download`);

	// people told
	await clerk.goto(at("/people"));
	await clerk.check('input[name="how"][value="letter"]');
	await clerk.fill("#i-sent", "１，０００");
	await clerk.fill("#i-returned", "12");
	await clerk.fill("#i-note", "一斉発送");
	await sent(clerk, "main form.card button[type=submit]");
	await see("people told");
	await picture(clerk, `people-${mode}`);
	expect((await clerk.innerText("#progress-head + *")).includes("残り"), `${mode}: the progress says what is left`);
	await clerk.goto(at("/looks"));
	await see("looks");
	expect((await clerk.innerText("main")).includes("担当 桃子"), `${mode}: who looked has a name`);
	await picture(clerk, `looks-${mode}`);
	await clerk.context().close();
}

async function own(script) {
	const mode = script ? "script" : "plain";
	const lead = await person(house, script ? "hogo" : "hogo2", { script });
	const see = (what) => check(lead, `${what} (${mode})`, { axe: script });

	await lead.goto(`${house.address}/own`);
	await see("own");
	await picture(lead, `own-${mode}`);
	await lead.fill('[name="from.y"]', "令和12");
	await lead.fill('[name="from.m"]', "１");
	await lead.fill('[name="from.d"]', "4");
	await lead.fill('[name="to.y"]', "2030");
	await lead.fill('[name="to.m"]', "1");
	await lead.fill('[name="to.d"]', "9");
	await sent(lead, 'form[action="/own/absence"] button');
	expect((await lead.innerText("main")).includes("不在を取り消す"), `${mode}: the absence stands`);
	await sent(lead, 'form[action="/own/absence/end"] button');
	await sent(lead, 'form[action="/own/recovery"] button');
	await see("recovery codes");
	await picture(lead, `recovery-${mode}`);
	expect(await lead.locator(".codes li").count() === 10, `${mode}: ten recovery codes`);
	// who stands in
	await lead.goto(`${house.address}/deputies`);
	await see("deputies");
	await picture(lead, `deputies-${mode}`);
	await Promise.all([lead.waitForNavigation(), lead.click(`main tbody a:text-is("${script ? "保護 太郎" : "保護 次郎"}")`)]);
	await see("account as a head");
	if (!script || await lead.locator('form[action$="/deputies"]').count()) {
		await lead.locator('details:has(form[action$="/deputies"]) summary').click();
		await lead.selectOption("#i-deputy", { label: "総括 花子" });
		await sent(lead, 'form[action$="/deputies"] button');
		expect((await lead.innerText("main")).includes("総括 花子"), `${mode}: somebody stands in`);
	}
	await lead.context().close();
}

const clerk = await person(house, "tantou");
const num = await firstReport(clerk);
await clerk.context().close();
const begun = Date.now();

await caseWork(true, num);
await caseWork(false, num);
await own(true);
await own(false);

// passkeys: registered on one's own page, then the second factor of the next sign-in; the browser wants a name and no bare address
{
	const named = { ...house, address: house.address.replace("127.0.0.1", "localhost") };
	const chief = await person(named, "soukatsu");
	const cdp = await chief.context().newCDPSession(chief);
	await cdp.send("WebAuthn.enable");
	await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true,
		hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
	await chief.goto(`${named.address}/own`);
	await chief.fill("#i-passkey-label", "PC-3");
	await Promise.all([chief.waitForNavigation(), chief.click('[data-passkey="create"] button')]);
	expect((await chief.innerText("#factors ~ *")).includes("パスキー"), "the passkey is registered");
	await check(chief, "own with a passkey");
	await Promise.all([chief.waitForNavigation(), chief.click('form[action="/sign-out"] button')]);
	await chief.fill("#login", "soukatsu");
	await chief.fill("#password", house.people.soukatsu.password);
	await Promise.all([chief.waitForNavigation(), chief.click("main button[type=submit]")]);
	await check(chief, "code with a passkey");
	await picture(chief, "code-passkey");
	await chief.reload();   // the check has fetched the page again: a new challenge, a new form
	await Promise.all([chief.waitForNavigation(), chief.click('[data-passkey="get"] button')]);
	expect(new URL(chief.url()).pathname === "/", `the passkey signs in: ${chief.url()} ${await chief.innerText("main")}`);

	// what the chief decides
	for (const [path, name] of [["/settings", "settings"], ["/reviews", "reviews"], [`/cases/${num}/assign`, "assign"], ["/notices", "notices-empty"]]) {
		await chief.goto(named.address + path);
		await check(chief, name);
		await picture(chief, name);
	}
	await chief.goto(`${named.address}/reviews`);
	await chief.check('input[name="result"][value="kept"]');
	await sent(chief, 'form[action="/reviews/done"] button');
	expect((await chief.innerText("main")).includes("済んだ点検"), "the review is done");
	await chief.goto(`${named.address}/settings`);
	await sent(chief, 'form[action="/settings/policy"] button');
	expect((await chief.innerText("main")).includes("一人で提出できます"), "four eyes are off, and it is said");
	await sent(chief, 'form[action="/settings/policy"] button');
	await chief.context().close();
}

// the administrator's page of an account
{
	const admin = await person(house, "system");
	await admin.goto(`${house.address}/accounts`);
	await check(admin, "accounts");
	await Promise.all([admin.waitForNavigation(), admin.click('main tbody a:text-is("担当 桃子")')]);
	await check(admin, "account as administrator");
	await picture(admin, "account");
	await sent(admin, 'form[action$="/sessions/end"] button');
	await admin.goto(`${house.address}/settings`);
	await check(admin, "settings as administrator");
	expect(await admin.locator('form[action="/settings/policy"]').count() === 0, "the administrator does not turn four eyes off");
	await admin.context().close();
}

// a case of another section
{
	const lead = await person(house, "hogo");
	await lead.goto(`${house.address}/cases/${num}/assign`);
	await sent(lead, "main form.card button[type=submit]", { refused: true });
	expect(await lead.locator("#errors").count() === 1, "a case cannot be assigned to nobody");
	await lead.check('input[name="section.zeimu"]');
	await sent(lead, "main form.card button[type=submit]");
	const other = await person(house, "hoken-clerk");
	expect((await other.goto(`${house.address}/cases/${num}`)).status() === 403, "another section does not see the case");
	await check(other, "refused");
	expect(!(await (await other.goto(`${house.address}/cases`)).text()).includes(num), "nor in the list");
	await lead.context().close();
	await other.context().close();
}

// within a minute the ladder tells those concerned; one of them takes it on
{
	const head = await person(house, "zeimu-lead");
	do {
		await head.goto(`${house.address}/notices`);
		await head.waitForTimeout(3000);
	} while (await head.locator('form[action$="/confirm"]').count() === 0 && Date.now() - begun < 130000);
	await check(head, "notices");
	await picture(head, "notices");
	await head.goto(house.address);
	await check(head, "home with notices");
	await picture(head, "home-notices");
	if (await head.locator('form[action$="/confirm"]').count()) {
		await sent(head, 'form[action$="/confirm"] button');
		await check(head, "duty that was taken on");
		await picture(head, "duty-told");
		expect((await head.innerText("main")).includes("誰に知らせたか"), "the duty says who was told");
	} else {
		findings.push("office: nobody was told of the case");
	}
	await head.context().close();
}

// narrow screens
{
	const lead = await person(house, "zeimu-lead", { width: 390 });
	for (const path of ["/", "/notices", "/deputies", "/own", `/cases/${num}`, `/cases/${num}/evidence`, `/cases/${num}/people`, `/cases/${num}/looks`]) {
		await lead.goto(house.address + path);
		await fits(lead, path);
		await picture(lead, `narrow${path.replaceAll("/", "-")}`);
	}
	const english = await person(house, "kansa", { lang: "en" });
	for (const path of ["/reviews", "/notices", `/cases/${num}/evidence`]) {
		await english.goto(house.address + path);
		await check(english, `English ${path}`);
	}
}

await end(house);
