#!/usr/bin/env python3
"""A node that an earlier version wrote is opened by this one: every migration runs, nothing is lost, people work on; a database of a later
version is left alone."""
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from node import Node, check
from persons import Person, say

renkei, data = sys.argv[1], pathlib.Path(sys.argv[2])


def lay_out(name, folder):
    """The node as it stood on the disk then."""
    for line in (data / f"{name}.files").read_text().splitlines():
        path, mode, content = line.split(" ")
        path = folder / path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(content))
        path.chmod(int(mode, 8))
    (folder / "cosign").mkdir(mode=0o700)
    folder.chmod(0o700)
    db = sqlite3.connect(folder / "record.db")
    db.executescript("PRAGMA page_size=8192; PRAGMA journal_mode=WAL;" + (data / f"{name}.sql").read_text())
    db.close()
    (folder / "record.db").chmod(0o600)


def shape(folder):
    """Tables, columns and indexes; not how they were written down."""
    db = sqlite3.connect(folder / "record.db")
    tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")]
    out = {t: (sorted(db.execute(f"PRAGMA table_info({t})").fetchall(), key=lambda r: r[1]),
               sorted(r[1:4] for r in db.execute(f"PRAGMA index_list({t})"))) for t in tables}
    out["migrations"] = sorted(r[0] for r in db.execute("SELECT number FROM migration"))
    out["triggers"] = sorted(r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    db.close()
    return {t: ([c[1:] for c in v[0]], v[1]) if isinstance(v, tuple) else v for t, v in out.items()}


def migrates(name):
    node = Node.__new__(Node)
    node.folder = tempfile.TemporaryDirectory(prefix="renkei-older-")
    os.chmod(node.folder.name, 0o755)
    node.process = subprocess.Popen(["true"])   # until it is started
    node.renkei, node.dir = renkei, pathlib.Path(node.folder.name) / "node"
    node.log = open(pathlib.Path(node.folder.name) / "log", "w+b")
    node.args = [renkei, "serve", str(node.dir), "--listen=127.0.0.1:0", "--plain"]
    lay_out(name, node.dir)
    before = shape(node.dir)
    try:
        check("holds" in say(node, "record", "verify"), "the old record holds under this program, and its tables equal the entries")
        fresh = pathlib.Path(node.folder.name) / "fresh"
        subprocess.run([renkei, "node", "init", f"--store={fresh}", "--name=b.example"], check=True, stdout=subprocess.DEVNULL)
        after, new = shape(node.dir), shape(fresh)
        check(len(before["migrations"]) < len(after["migrations"]), "migrations were missing and have run")
        for table in sorted(set(after) | set(new)):
            check(after.get(table) == new.get(table), f"{table} is as in a new node: {after.get(table)} {new.get(table)}")
        node.start()
        clerk = Person(node, "neko1x")   # the password of then
        status, body, _ = clerk.page("/cases/2026-0001")
        check(status == 200 and "窓口端末の感染".encode() in body, "a sealed title of then opens")
        check("警察に相談した".encode() in clerk.page("/cases/2026-0001/timeline")[1], "and the event")
        check(clerk.page("/cases/2026-0001/reports")[0] == 200 and clerk.page("/cases/2026-0001/facts")[0] == 200, "reports and facts open")
        check(re.search(rb"/cases/2026-0002", clerk.page("/cases")[1]), "the list has both cases")
        check(clerk.open_case("新しい版で") == "2026-0003", "the next case has the next number")
        check(node.stop() == 0, "the node ends in order")
        check("holds" in say(node, "record", "verify"), "the record holds with what both versions wrote")
        # the way back is closed: a program does not open what a later one wrote
        db = sqlite3.connect(node.dir / "record.db")
        db.execute("INSERT INTO migration VALUES (99999)")
        db.commit()
        db.close()
        copy = shutil.copyfile(node.dir / "record.db", pathlib.Path(node.folder.name) / "copy")
        got = subprocess.run([renkei, "record", "verify", f"--store={node.dir}"], capture_output=True, text=True)
        check(got.returncode != 0 and "later" in got.stderr + got.stdout or "newer" in got.stderr, f"a later version's store is refused: {got.stderr}")
        check(pathlib.Path(copy).read_bytes() == (node.dir / "record.db").read_bytes(), "and not touched")
    finally:
        node.end()


names = sorted(p.stem for p in data.glob("node_*.sql"))
check(names, "there are nodes of earlier versions")
for name in names:
    migrates(name)
    print(f"{name}: migrated, read, written, verified")
