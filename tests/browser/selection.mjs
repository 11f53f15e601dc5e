// A document of a case as an officer under stress brings it: both sides are seen, doubtful places are decided one by one and many at
// once, taken back, sent on and taken out as files. With script and without, by keyboard alone, at 320 px, on paper.
// usage: node selection.mjs RENKEI MAKE_TOWN [PICTURES]
import { readFileSync } from "node:fs";
import { end, hands } from "./hands.mjs";
import { check, open, person } from "./house.mjs";

const [renkei, makeTown, pictures] = process.argv.slice(2);
const house = await open({ renkei, makeTown, neighbours: true });
const { expect, picture, sent } = hands("selection", pictures);
const home = `${house.address}/cases/${house.near.case}/selection`;
const clerk = await person(house, "tantou", { width: 1280 }), plain = await person(house, "hogo", { script: false });
const file = (name, text, type = "text/plain") => ({ name, mimeType: type, buffer: Buffer.from(text) });
const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]), Buffer.from("JFIF\0"), Buffer.from(Array.from({ length: 4000 }, (_, i) => i * 37 & 255))]);
const letter = "氏名：山田太郎　電話 090-1234-5678\n攻撃元 45.76[.]10[.]9 と hxxp://evil-update[.]top/a.php を確認。\n";
const profile = (n) => `端末の C:\\Users\\kiosk${n % 3}\\AppData\\${n}.exe を確認。\n`;

async function bring(page, what, { refused = false } = {}) {
	await page.goto(home);
	await page.setInputFiles("#i-file", what);
	await sent(page, "main form.card .actions button.primary", { refused });
	return page.innerText("main");
}

async function see(page, name, { axe = true } = {}) {
	await check(page, name, { axe });
	await picture(page, name);
	return page.innerText("main");
}

// what cannot be read is said, with what to do; it is not kept
let text = await bring(clerk, { name: "写真.jpg", mimeType: "image/jpeg", buffer: photo }, { refused: true });
expect(/読めない文書です.*パスワードを外して/s.test(text), "a picture is told to be one that cannot be read");
expect(await clerk.locator(".errors a[href='#f-file']").count() === 1, "the error leads to its field");
await see(clerk, "unread");
text = await bring(clerk, file("空.txt", ""), { refused: true });
expect(text.includes("文書が空です"), "an empty file is told");
await clerk.goto(home);
expect((await clerk.innerText("main")).includes("まだ文書がありません"), "what was refused is not kept");

// many places: by their text, by ticks, all that are left, and back again
await bring(clerk, file("C:\\報告\\多数.txt", letter + Array.from({ length: 40 }, (_, n) => profile(n)).join("")));
const many = new URL(clerk.url()).pathname;
text = await see(clerk, "many");
expect(text.includes("多数.txt") && text.includes("45.76.10.9") && text.includes("http://evil-update.top/a.php"), "the values stand on the left");
expect(!text.includes("山田太郎") && !text.includes("090-1234"), "no content of what stays in is shown");
expect(/氏名\s+4[12]/.test(text) && text.includes("まだ決めていない箇所が 40 "), `kinds and counts stand on the right: ${text.slice(0, 900)}`);
await clerk.click("details summary >> text=どこにあるか");
expect(/\d+–\d+/.test(await clerk.innerText("#in ~ details")), "places are said by where they stand");
await clerk.click("#d-1 button[value=keep]");
await clerk.waitForSelector(".errors");
expect((await clerk.innerText(".errors")).includes("理由"), "a decision without a reason is refused");
await clerk.fill("#d-1 input[name=reason]", "共用端末の名");
await clerk.check("#d-1 input[name=same]");
await sent(clerk, "#d-1 button[value=release]");
expect((await clerk.innerText("main")).includes("14件の判断を記録しました"), "places of the same text are decided together");
await clerk.goto(`${house.address}${many}?state=open`);
for (const box of (await clerk.locator("input[form=many]").all()).slice(0, 3))
	await box.check();
await clerk.fill("#i-many", "念のため");
await sent(clerk, "#many button[value=keep]");
expect((await clerk.innerText("main")).includes("3件の判断を記録しました"), "what was ticked is decided");
await see(clerk, "ticked");
await sent(clerk, "#many button[value=keep]", { refused: true });
expect(await clerk.locator("#f-many .wrong").count() === 1, "nothing chosen is told at its place");
await clerk.check("#many input[name=all]");
await clerk.fill("#i-many", "職員の名かもしれないため");
await sent(clerk, "#many button[value=keep]");
text = await clerk.innerText("main");
expect(text.includes("23件の判断を記録しました") && text.includes("未判断 0 / 40") && !text.includes("まだ決めていない"), "all that were left are decided");
await clerk.goto(`${house.address}${many}?state=released`);
const out = async () => (await clerk.request.get(`${house.address}${many}/indicators.jsonl`)).text();
expect((await out()).includes("kiosk0"), "what was released goes out");
await sent(clerk, "#d-1 button[value=open]");
await clerk.goto(house.address + many);
expect((await clerk.innerText("#d-1")).includes("未判断"), "a decision is taken back");
await see(clerk, "back");

// by keyboard alone: from the reason to the button and on
await clerk.focus("#d-1 input[name=reason]");
await clerk.keyboard.type("共用端末の名");
for (let i = 0; i < 6 && await clerk.evaluate("document.activeElement.value") !== "keep"; i++)
	await clerk.keyboard.press("Tab");
await Promise.all([clerk.waitForNavigation(), clerk.keyboard.press("Enter")]);
expect((await clerk.innerText("#d-1")).includes("伏せたまま"), "a place is decided by keyboard alone");

// ten thousand values: by pages, narrowed
await bring(clerk, file("一覧.csv", "ip,host\n" + Array.from({ length: 10000 }, (_, i) => `45.${i >> 8}.${i & 255}.9,x${i}.bad${i % 977}.top\n`).join("")));
text = await see(clerk, "long");
expect(text.includes("20000件のうち 1–100"), "a long list says how much of it is shown");
await clerk.selectOption("select[name=type]", "domain");
await Promise.all([clerk.waitForNavigation(), clerk.click("section[aria-labelledby=out] form button")]);
await Promise.all([clerk.waitForNavigation(), clerk.click("text=次の100件")]);
text = await clerk.innerText("main");
expect(text.includes("10000件のうち 101–200") && text.includes("x100.bad100.top"), "it goes on where it stopped, narrowed as before");
const long = new URL(clerk.url()).pathname;

// files: what stands in them
for (const [name, want] of [["indicators.csv", "x9999.bad"], ["stix.json?tlp=green", "TLP:GREEN"], ["misp.json", '"Event"'], ["indicators.jsonl", '"role":"ioc"']]) {
	const got = await clerk.request.get(`${house.address}${long}/${name}`);
	expect(got.status() === 200 && (await got.text()).includes(want), `${name} holds ${want}`);
}
await clerk.selectOption("select[name=tlp]", "red");
const [saved] = await Promise.all([clerk.waitForEvent("download"), clerk.click("button[formaction$='misp.json']")]);
expect(readFileSync(await saved.path(), "utf8").includes("tlp:red"), "the marking that was chosen stands in the file");

// sent on: the form of a joint alert has what belongs to the attack
await Promise.all([clerk.waitForNavigation(), clerk.click(`a[href^="/cases/${house.near.case}/threads/alert?document="]`)]);
text = await clerk.innerText("main");
await check(clerk, "alert");
const given = await clerk.inputValue('[name="field.indicators"]');
expect(given.split("\n").length === 500 && given.startsWith("45.0.0.9") && text.includes("19500"), "the form has as many as can be looked over, and says how many are left");

// the same without script, and an archive of which some cannot be read
await plain.goto(home);
expect((await plain.innerText("main")).includes("多数.txt"), "documents stand by their names, without the folders of whoever brought them");
await bring(plain, file("手紙.txt", letter + profile(1)));
await see(plain, "plain", { axe: false });
await plain.fill("#d-1 input[name=reason]", "共用端末の名");
await sent(plain, "#d-1 button[value=release]");
expect((await plain.innerText("#d-1")).includes("外に出す"), "a place is decided without script");
expect(await plain.locator("#many").count() === 0, "one place alone is not decided with others");

// on paper: both sides whole, no buttons
await clerk.goto(house.address + many);
await clerk.emulateMedia({ media: "print" });
expect(await clerk.isVisible("#out") && await clerk.isVisible("#in") && await clerk.isVisible("#d-1 mark") && !await clerk.isVisible("#d-1 form") &&
	!await clerk.isVisible("#give"), "paper has both sides and the places, and no buttons");
await picture(clerk, "paper");
await clerk.emulateMedia({ media: "screen" });
await clerk.setViewportSize({ width: 320, height: 800 });
await picture(clerk, "narrow");

// whoever only reads decides nothing
const auditor = await person(house, "kansa", { lang: "en" });
await auditor.goto(house.address + many);
expect(await auditor.locator("button[value=release]").count() === 0 && (await auditor.innerText("main")).includes("Stays in"), "an auditor sees both sides and decides nothing");
await see(auditor, "auditor");
await end(house);
