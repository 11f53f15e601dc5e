// Known indicators are looked for in logs: a clerk pastes a warning, puts in logs and a capture, sees when and from where, takes it
// out as files and tells a partner how often. With script and without, a log larger than one piece, at 320 px, on paper.
// usage: node watch.mjs RENKEI MAKE_TOWN [PICTURES]
import { readFileSync } from "node:fs";
import { end, hands } from "./hands.mjs";
import { check, open, person } from "./house.mjs";

const [renkei, makeTown, pictures] = process.argv.slice(2);
const house = await open({ renkei, makeTown, neighbours: true });
const { expect, picture, sent } = hands("watch", pictures);
const home = `${house.address}/cases/${house.near.case}/watch`;
const clerk = await person(house, "tantou", { width: 1280 }), plain = await person(house, "hogo", { script: false });
const file = (name, bytes) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });
const captured = readFileSync(new URL("../data/selection/captures/zeek-tls-openjdk.pcap", import.meta.url));
const warning = "【注意喚起】攻撃元は 45.76[.]10[.]9 です。hxxp://evil-update[.]top/a.php と zeek[.]org も確認されています。\n連絡先は 03-1234-5678（山田太郎）です。";
const proxy = "2026-11-20T10:15:00+09:00 src=10.1.2.3 user=tanaka.ichiro dst=45.76.10.9 dpt=443 allow\n" +
	"2026-11-20T10:16:00+09:00 src=10.1.2.4 user=山田太郎 GET http://evil-update.top/a.php 200\n" +
	"2026-11-20T10:17:00+09:00 src=10.1.2.5 dst=45.76.10.90 host=notevil-update.top\n";

async function list(page, fill, { refused = false } = {}) {
	await page.goto(home);
	await fill(page);
	await sent(page, "main form.card button.primary", { refused });
	return page.innerText("main");
}

async function look(page, what, { refused = false } = {}) {
	await page.setInputFiles("#i-log", what);
	await sent(page, "form[data-pieces] button.primary", { refused });
	return page.innerText("main");
}

async function see(page, name, { axe = true } = {}) {
	await check(page, name, { axe });
	await picture(page, name);
	return page.innerText("main");
}

// what is no list is told at its place, with what to do
await clerk.goto(home);
await see(clerk, "empty");
let text = await list(clerk, (p) => p.setInputFiles("#i-file", file("注意喚起.pdf", "%PDF-1.4\n1 0 obj")), { refused: true });
expect(text.includes("文書の仕分け") && text.includes("文書です"), `a document is no list: ${text.slice(0, 300)}`);
await see(clerk, "refused");
text = await list(clerk, (p) => p.setInputFiles("#i-file", file("a.json", '{"type":"bundle","objects":[')), { refused: true });
expect(text.includes("途中で切れています"), "a list that is cut off is told");
text = await list(clerk, (p) => p.fill("#i-text", "よろしくお願いします。"), { refused: true });
expect(text.includes("一覧にありません"), "words alone are no list");
await list(clerk, async () => {}, { refused: true });

// sentences are pasted; logs and a capture; nothing that belongs to a person stays
text = await list(clerk, (p) => p.fill("#i-text", warning));
const here = new URL(clerk.url()).pathname;
expect(/探す指標\s*3/.test(text), `the values of a mail are read: ${text.slice(0, 400)}`);
await see(clerk, "list");
text = await look(clerk, file("空.txt", ""), { refused: true });
text = await look(clerk, file("proxy.log", proxy));
expect(text.includes("見つかりました") && text.includes("45.76.10.9") && text.includes("http://evil-update.top/a.php"), "what was seen is listed");
expect(text.includes("10.1.2.3") && text.includes("10.1.2.4") && !text.includes("10.1.2.5"), "who asked is told, and nobody else");
expect(!text.includes("山田太郎") && !text.includes("tanaka.ichiro") && text.includes("[氏名]"), "users are held back");
text = await look(clerk, file("通信.pcap", captured));
expect(text.includes("192.168.64.6") && text.includes("192.0.78.150:443") && text.includes("4月15日"), "in a capture, who asked whom and when");
await see(clerk, "hits");
text = await look(clerk, file("写真.jpg", Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]), Buffer.from("JFIF\0"), Buffer.alloc(300, 7)])), { refused: true });
expect(text.includes("読めないログです"), `a picture is no log: ${text.slice(0, 300)}`);
await clerk.goto(house.address + here);
await Promise.all([clerk.waitForNavigation(), clerk.click("text=行を見る >> nth=0")]);
expect((await clerk.innerText("#hits")).includes("："), "the lines of one indicator");

// a log larger than a piece: lines go on counting, the bar moves, all hits stand in one list
const long = Array.from({ length: 180000 }, (_, i) => `2026-11-20T11:00:00 src=10.9.${i >> 8 & 255}.${i & 255} dst=198.51.100.${i & 255} port=443 ok`);
long[179990] = "2026-11-20T12:00:00 src=10.9.9.9 dst=45.76.10.9 port=443 ok";
await clerk.goto(house.address + here);
await clerk.setInputFiles("#i-log", file("大きい.log", long.join("\n") + "\n"));
await Promise.all([clerk.waitForNavigation(), clerk.click("form[data-pieces] button.primary")]);
await clerk.waitForSelector("text=大きい.log (2)");
text = await clerk.innerText("main");
expect(text.includes("179991行目") && text.includes("10.9.9.9"), "the second piece counts on from the first");
await see(clerk, "pieces");

// files, and counts back to a partner, without a line of ours
const get = async (name) => (await clerk.request.get(`${house.address}${here}/${name}`)).text();
const bundle = JSON.parse(await get("sightings.json?tlp=green"));
expect(bundle.objects.filter((o) => o.type === "sighting").reduce((n, o) => n + o.count, 0) >= 4, "sightings are counted");
for (const name of ["hits.csv", "hits.jsonl"])
	expect((await get(name)).includes("10.1.2.3") && !(await get(name)).includes("山田") && !(await get(name)).includes("tanaka.ichiro"), `${name} holds the lines without users`);
expect(!(await get("sightings.json")).includes("10.1.2.3"), "nothing of ours is in the counts");
const ways = await clerk.$$eval("section[aria-labelledby=give] .links a", (a) => a.map((x) => x.getAttribute("href")));
expect(ways.length > 0, "there is a way to tell a partner");
if (ways.length > 0) {
	await clerk.goto(house.address + (ways.find((w) => w.includes("/sighting?")) ?? ways[0]));
	expect((await clerk.innerHTML("main")).includes("45.76.10.9"), "what was seen is written into the form");
	await see(clerk, "tell");
}

// without script, by a partner's thread or a document; on paper; narrow
await plain.goto(`${house.address}/cases/${house.near.case}/selection`);
await plain.fill("#i-text", warning);
await sent(plain, "main form.card .actions button.primary");
text = await list(plain, (p) => p.selectOption("#i-source", { index: 1 }));
expect(text.includes("仕分けた文書から"), "a list of a document of the case");
text = await look(plain, file("dns.log", "query[A] a.evil-update.top from 10.0.0.8\nquery[A] www.example.org from 10.0.0.9\n"));
text = await look(plain, file("fw.log", proxy));
expect(text.includes("45.76.10.9") && text.includes("調べたログ"), `without script: ${text.slice(0, 400)}`);
await plain.goto(home);
await see(plain, "lists", { axe: false });
await clerk.goto(house.address + here);
await clerk.emulateMedia({ media: "print" });
await clerk.setViewportSize({ width: 794, height: 1123 });
expect(await clerk.isVisible(".hits") && !await clerk.isVisible("form[data-pieces]") && !await clerk.isVisible("#give"), "paper has the lines and no buttons");
await picture(clerk, "paper");
await clerk.emulateMedia({ media: "screen" });
await clerk.setViewportSize({ width: 320, height: 800 });
expect(await clerk.evaluate("document.documentElement.scrollWidth <= 320"), "nothing is wider than a telephone");
await picture(clerk, "narrow");
await clerk.goto(home);
await picture(clerk, "narrow-lists");

// whoever only reads looks through nothing; each act stands on the record
const auditor = await person(house, "kansa", { lang: "en" });
await auditor.goto(house.address + here);
expect(await auditor.locator("form[data-pieces]").count() === 0 && (await auditor.innerText("main")).includes("Found"), "an auditor sees what was seen");
await see(auditor, "auditor");
await auditor.goto(`${house.address}/record?act=watch.log`);
text = await auditor.innerText("main");
expect(/hits/.test(text), `looks through logs stand on the record: ${text.slice(0, 300)}`);
await end(house);
