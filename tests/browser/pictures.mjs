// The pictures of the README, at the size in which they stand there. usage: node pictures.mjs RENKEI MAKE_TOWN FOLDER
import { mkdirSync } from "node:fs";
import { furnish } from "./furnish.mjs";
import { end } from "./hands.mjs";
import { open, person } from "./house.mjs";

const [renkei, makeTown, folder] = process.argv.slice(2);
const house = await open({ renkei, makeTown, neighbours: true });
const things = await furnish(house);
const c = `/cases/${things["{case}"]}`;
mkdirSync(folder, { recursive: true });

async function take(login, list) {
	const page = await person(house, login, { width: 1200, height: 1000, scale: 2 / 3 });
	for (const [name, path, at] of list) {
		await page.goto(house.address + path);
		if (at)
			await page.locator(at).evaluate((e) => e.scrollIntoView());
		await page.screenshot({ path: `${folder}/${name}.png` });
	}
	await page.context().close();
}

// a report as it comes from outside: what goes out beside what stays in
const report = `差出人: みどり市 情報政策課 山田 太郎 <t.yamada@city.midori.example>
電話 03-5555-0123

7月10日 2:14、職員端末から hxxps://evil-update[.]top/gate.php への通信を検知しました。
検体 up.exe の SHA-256 は
3f0a377ba0a4a460ecb616f6507ce0d8cfa3e704025d4fda3ed0c5ca05468728 です。
端末 C:\\Users\\kiosk77\\AppData\\up.exe を保全しました。CVE-2023-34362 が使われたとみています。
被害にあわれた 佐藤 花子 様（昭和60年4月1日生、090-5555-0142）には、鈴木主任から電話で説明しました。
`;

async function selection() {
	const page = await person(house, "tantou", { width: 1200, height: 1000, scale: 2 / 3 });
	await page.goto(`${house.address}/cases/${house.near.case}/selection`);
	await page.setInputFiles("#i-file", { name: "検知の報告.txt", mimeType: "text/plain", buffer: Buffer.from(report) });
	await page.click("main form.card .actions button.primary");
	await page.locator("#out").evaluate((e) => e.scrollIntoView());
	await page.screenshot({ path: `${folder}/selection.png` });
	await page.context().close();
}

await take("tantou", [["home", "/"], ["told", `${c}/told`], ["case", c], ["report-step", `${c}/reports/${things["{no}"]}/steps/outline`],
	["thread", `/threads/${things["{thread}"]}`]]);
await selection();
await take("kansa", [["record", `/record?case=${things["{case}"]}`]]);
await end(house);
