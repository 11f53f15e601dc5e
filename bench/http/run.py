#!/usr/bin/env python3
"""The node next to nginx serving a file of the same length, on this machine, one after the other.

usage: run.py RENKEI LOAD BENCH_CASES [CASES] [SECONDS] [PAGE …]
Prints one JSON object: request rates, their ratio, processor time for each answer (which other work on the machine does not
touch), times at half of the rate, memory of the whole node (PSS: shared pages once).
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

renkei, load, fill = sys.argv[1:4]
cases = sys.argv[4] if len(sys.argv) > 4 else "2000"
seconds = sys.argv[5] if len(sys.argv) > 5 else "4"
root = pathlib.Path(__file__).resolve().parents[2]
password = "kumo to takenoko 7 ban"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def ask(url, data=None, cookie=None):
    q = urllib.request.Request(url, data=data, headers={"Origin": url.rsplit("/", 1)[0], **({"Cookie": cookie} if cookie else {})})
    try:
        return urllib.request.build_opener(NoRedirect).open(q, timeout=60)
    except urllib.error.HTTPError as e:
        return e


def make_node(folder, cases):
    """A node with cases and one handler; returns a function that signs the handler in, and a token."""
    subprocess.run([fill, str(folder / "node"), str(root), str(cases)], check=True, stdout=subprocess.DEVNULL)

    def say(*args, stdin=None):
        got = subprocess.run([renkei, "people", *args, f"--store={folder / 'node'}"], input=stdin, capture_output=True, text=True, check=True)
        last = (got.stdout.splitlines() or [""])[-1]
        return json.loads(last) if last.startswith("{") else last

    def join(made):
        say("join", stdin=f"{made['code']}\n{password}\n{password}\n")
        return made["account"]

    admin = join(say("begin", "--json"))
    who = join(say("add", "負荷 花子", "--login=fuka.h", "--role=handler", "--json", f"--as={admin}:admin"))
    token = say("token", "fuka.h", "bench", "--scope=page:,case.,fact.,look:", f"--as={admin}:admin").strip()

    def sign_in(url):
        first = ask(url + "sign-in")
        token = re.search(r'name="csrf" value="([^"]+)"', first.read().decode()).group(1)
        form = urllib.parse.urlencode({"csrf": token, "login": "fuka.h", "password": password}).encode()
        got = ask(url + "sign-in", form, first.headers.get("Set-Cookie", "").split(";")[0])
        if got.status != 303:
            sys.exit(f"could not sign in: {got.status}")
        return "; ".join(c for c in (c.split(";")[0] for c in got.headers.get_all("Set-Cookie") or []) if not c.endswith("="))

    return sign_in, token


def tree(pid):
    pids = [pid]
    for p in pathlib.Path("/proc").iterdir():
        try:
            if p.name.isdigit() and int((p / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                pids.append(int(p.name))
        except OSError:
            pass
    return pids


def cpu(pid):
    """Seconds of processor that the program and its children have used."""
    fields = [pathlib.Path(f"/proc/{p}/stat").read_text().rsplit(")", 1)[1].split() for p in tree(pid)]
    return sum(int(f[11]) + int(f[12]) for f in fields) / os.sysconf("SC_CLK_TCK")


def measure(pid, port, path, rate=0, header=None, body=None):
    before = cpu(pid)
    command = ["nice", "-n", "5", load, str(port), path, "32", seconds, str(rate)] + ([header] if header else []) + ([body] if body else [])
    got = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
    got["cpu_us"] = round((cpu(pid) - before) * 1e6 / max(got["answers"], 1), 1)
    return got


def nginx(folder, size):
    (folder / "www").mkdir(exist_ok=True)
    (folder / "www" / "page.html").write_bytes(b"x" * size)
    (folder / "nginx.conf").write_text(f"""
worker_processes auto; daemon off; pid {folder}/pid; error_log {folder}/error.log; user root;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 1000000000; default_type text/html;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:18479; root {folder}/www; }} }}
""")
    p = subprocess.Popen(["/usr/sbin/nginx", "-c", f"{folder}/nginx.conf"], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    return p


def memory(pid):
    """Proportional set size of the node and its roles, MiB."""
    total = 0
    for p in tree(pid):
        total += int(re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{p}/smaps_rollup").read_text(), re.M).group(1))
    return round(total / 1024, 1)


with tempfile.TemporaryDirectory(prefix="renkei-bench-") as name:
    folder = pathlib.Path(name)
    folder.chmod(0o755)
    sign_in, token = make_node(folder, cases)
    node = subprocess.Popen([renkei, "serve", str(folder / "node"), "--plain", "--listen=127.0.0.1:18478"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    url = node.stdout.readline().strip()
    out = {"cases": int(cases), "memory_start_mib": memory(node.pid)}
    cookie = f"Cookie: {sign_in(url)}"
    # the ladder's first turn over all cases writes; the pages are measured when it is through
    entries = lambda: re.search(r"^renkei_record_entries (\d+)", ask(url + "metrics").read().decode(), re.M).group(1)
    before = ""
    while before != (before := entries()):
        time.sleep(3)
    case = re.search(r'/cases/(\d{4}-\d+)', ask(url + "cases", cookie=cookie[8:]).read().decode()).group(0)
    pages = sys.argv[6:] or ["/healthz", "/", "/cases", "/duties", case, "/api/v1/cases", "/api/v1" + case]
    for path in pages:
        header = f"Authorization: Bearer {token}" if path.startswith("/api/") else cookie
        mine = measure(node.pid, 18478, path, header=header)
        other = nginx(folder, mine["bytes"])
        static = measure(other.pid, 18479, "/page.html")
        calm = measure(other.pid, 18479, "/page.html", rate=mine["rate"] / 2)
        other.terminate()
        other.wait()
        half = measure(node.pid, 18478, path, rate=mine["rate"] / 2, header=header) if mine["rate"] > 10 else {}
        out[path] = {"rate": mine["rate"], "bytes": mine["bytes"], "failed": mine["failed"], "cpu_us": mine["cpu_us"], "nginx_rate": static["rate"], "nginx_cpu_us": static["cpu_us"],
                     "ratio": round(mine["rate"] / max(static["rate"], 1), 2), "p99_ms_at_half": half.get("p99_ms"), "nginx_p99_ms_at_that_rate": calm.get("p99_ms")}
    # durable writes: an event in the timeline by the API, next to bench/acts with one act a commit (as each request is one)
    event = json.dumps({"at": "2026-11-21T09:00:00+09:00", "what": "サーバーの電源を切った。"}, ensure_ascii=False)
    bearer = f"Authorization: Bearer {token}"
    rounds = []
    for _ in range(5):   # by turns: the disk is not the same from one second to the next
        told = subprocess.run([str(pathlib.Path(load).parent / "acts"), str(folder), "300", "1"], capture_output=True, text=True).stdout
        acts = float(re.search(r"^acts +([0-9.]+)", told, re.M).group(1))
        writes = measure(node.pid, 18478, f"/api/v1{case}/timeline", header=bearer, body=event)
        rounds.append({k: writes[k] for k in ("rate", "failed", "cpu_us", "p99_ms")} | {"acts_rate": acts, "ratio": round(writes["rate"] / acts, 2)})
    out["writes"] = sorted(rounds, key=lambda r: r["ratio"])[2]
    out["memory_mib"] = memory(node.pid)
    node.terminate()
    node.wait()
    print(json.dumps(out, indent=1))
