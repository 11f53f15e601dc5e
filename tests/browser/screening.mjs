// The screening of access logs as the responsible person of a town hall meets it: nothing there yet, a list is put up, who decides is
// said, items are read and decided; who has a part in one is not shown it. With script and without; narrow, and on paper.
// usage: node screening.mjs RENKEI MAKE_TOWN [PICTURES]
import { form, itemsOf, screened, upload } from "./furnish.mjs";
import { end, hands } from "./hands.mjs";
import { check, open, person } from "./house.mjs";

const [renkei, makeTown, pictures] = process.argv.slice(2);
const house = await open({ renkei, makeTown });
const { expect, picture, sent } = hands("screening", pictures);
const files = screened(house), found = itemsOf(files);
const auditors = ["admin_off_window", "self_grant", "log_gap", "log_backdate", "remote_snoop"];
const [one, two, three] = found.filter((i) => i.users.length === 1 && !auditors.includes(i.kind) && i.kind !== "explained_sample");
const lead = await person(house, "hogo", { width: 1280 }), plain = await person(house, "soukatsu", { script: false });

async function see(page, path, name, { axe = true } = {}) {
	const answer = await page.goto(house.address + path);
	expect(answer.status() === 200, `${path}: ${answer.status()}`);
	await check(page, name, { axe });
	await picture(page, name);
	return page.innerText("main");
}

// nothing there: what to run, and the same by hand
expect(/renkei screen --data=.*renkei review keep/s.test(await see(lead, "/screening", "empty")), "the empty page says what to run");
await lead.click("summary");
await sent(lead, "details button[type=submit]", { refused: true });
expect(await lead.locator(".wrong").count() >= 1, "a list without a name is refused at its field");
await upload(house, lead, "/screening", null, { run: "2025-10", ...files });

// nobody is known yet: nobody reads anything
let text = await see(lead, "/screening/lists/2025-10", "unregistered");
expect(text.includes("利用者IDがまだ登録されていません") && !text.includes(one.why), "whose account is not known reads no item");
for (const [name, account, superior, auditor] of [["保護 太郎", "s99001", "", ""], ["総括 花子", one.users[0], "", ""], ["保護 次郎", "s99003", one.users[0], ""], ["監査 一郎", "", "", "1"]]) {
	for (const page of name === "保護 太郎" ? [lead, plain] : [lead]) {   // nobody says of themselves which account is theirs
		await page.goto(`${house.address}/screening/reviewers`);
		await page.selectOption("#i-actor", { label: name });
		await page.fill("#i-account", account);
		await page.fill("#i-superior", superior);
		if (auditor)
			await page.check('input[name="auditor"]');
		await sent(page, "form.card button[type=submit]", { refused: page === lead && name === "保護 太郎" });
	}
}
await see(lead, "/screening/reviewers", "reviewers");
await lead.goto(`${house.address}/screening/lists/2025-10`);
await sent(lead, 'form[action$="/assign"] button');
text = await see(lead, "/screening/lists/2025-10", "list");
expect(text.includes(one.why) && text.includes(one.would_explain) && text.includes(one.users[0]), "an item says who, why, and what would explain it");
const samples = await see(lead, "/screening/lists/2025-10?kind=explained_sample", "samples");
expect(samples.includes("無作為に選んだもの") && !samples.includes(one.why), "what was chosen by chance is marked, and found by its kind");
expect(/ログの点検：あなたの判断を待つ項目/.test(await see(lead, "/", "home")), "the first page says that items wait");

// deciding: the reason is asked for, the note comes back, an incident opens a case
const itemOf = async (page, rank) => {
	await page.goto(`${house.address}/screening/lists/2025-10${rank > 25 ? "?from=25" : ""}`);
	return page.getAttribute(`#r-${rank} .duty-name a`, "href");
};
const at = await itemOf(lead, one.rank);
text = await see(lead, at, "item");
expect(!/\b0300\d{6}\b/.test(text), "no number of a person stands in an item");
await lead.check('input[value="justified"]');
await lead.fill("#i-note", "窓口で受付をしていた。");
await sent(lead, "form.card button[type=submit]", { refused: true });
expect(await lead.inputValue("#i-note") === "窓口で受付をしていた。" && await lead.isVisible("#f-reason .wrong"), "a justified item needs its reason; what was typed stays");
await lead.check('input[value="needs_talk"]');
await sent(lead, "form.card button[type=submit]");
expect((await see(lead, at, "decided")).includes("窓口で受付をしていた。"), "a decision stands with its reason");
await lead.check('input[value="incident"]');
await lead.fill("#i-note", "本人が認めた。");
await sent(lead, "form.card button[type=submit]");
expect(/\/cases\/\d{4}-\d{4}\/told$/.test(lead.url()), "an incident opens a case and says whom to tell");
await see(lead, at, "incident");

// a conflict of interest: not shown, and who decides instead; without script
for (const [login, what] of [["soukatsu", "themselves"], ["hogo2", "their superior"]]) {
	const page = login === "soukatsu" ? plain : await person(house, login, { script: false });
	text = await see(page, at, `conflict-${login}`, { axe: false });
	expect(text.includes("別の人が判断") || text.includes("判断もできません"), `an item about ${what} cannot be decided`);
	expect(text.includes("保護 太郎") && !text.includes(one.why) && !text.includes(one.users[0]), `an item about ${what} is not shown, but who decides it`);
	const refused = await page.request.post(`${house.address}${at}/decide`, { form: { csrf: await page.inputValue('input[name="csrf"]'), result: "justified", reason: "case", note: "x" } });
	expect(refused.status() === 403 && (await refused.text()).includes("上司"), `a decision about ${what} is refused with the reason: ${refused.status()}`);
}
const other = await itemOf(plain, two.rank);
await plain.goto(house.address + other);
await plain.check('input[value="justified"]');
await plain.selectOption("#i-reason", "duty");
await plain.fill("#i-note", "担当の仕事だった。");
await sent(plain, "form.card button[type=submit]");
expect((await plain.innerText("main")).includes("担当の仕事だった。"), "an item is decided without script");
expect(three && (await see(plain, await itemOf(plain, three.rank), "third", { axe: false })).includes(three.why), "the next item is read without script");

// what inspectors and the staff read; on paper
for (const [login, path, name, words] of [["kensa", "/screening/lists/2025-10/proof", "proof", "37,194"], ["etsuran", "/screening/lists/2025-10/numbers", "numbers", "3件未満"],
	["hogo", "/screening/weights", "weights", "120%"]]) {
	const page = login === "hogo" ? lead : await person(house, login);
	text = await see(page, path, name);
	expect(text.includes(words), `${name} says ${words}`);
}
await lead.goto(`${house.address}/screening/lists/2025-10`);
await lead.emulateMedia({ media: "print" });
expect(!await lead.isVisible("form.filter") && await lead.isVisible("#r-1"), "on paper stand the items, not the filter");
await lead.emulateMedia({ media: "screen" });

// who looked at my record
const clerk = await person(house, "tantou", { width: 390 });
await see(clerk, "/screening/persons", "persons");
await clerk.fill("#i-number", "０３０００２７５４８");
await sent(clerk, "form.card button[type=submit]");
text = await clerk.innerText("main");
expect(text.includes("renkei review looked") && !text.includes("0300027548"), "another person agrees where the logs lie; the number is not shown");
await picture(clerk, "person");
const back = await form(house, clerk, "/screening/persons", { number: "1" });
expect(back.startsWith("/screening/persons/"), "a question is taken in");
await end(house);
