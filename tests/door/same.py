#!/usr/bin/env python3
"""A page that is kept is shown to whom it was made for, as long as it is true, and to nobody else."""
import re
import sys

from node import check, running
from persons import Person, join, say

renkei = sys.argv[1]


def home(person):
    """Twice: the second one may be a kept one."""
    first, second = person.page("/"), person.page("/")
    check(first[0] == second[0], f"the same twice: {first[0]} {second[0]}")
    return second


with running(renkei, "--plain") as node:
    admin = join(node, say(node, "people", "begin", "--json"))
    ids = [join(node, say(node, "people", "add", f"試験 {name}", f"--login=neko{i}x", "--role=handler", "--json", f"--as={admin}:admin"))
           for i, name in ((1, "一号"), (2, "二号"))]
    a, b = Person(node, "neko1x"), Person(node, "neko2x")
    for _ in range(3):
        for person, own, other in ((a, "一号", "二号"), (b, "二号", "一号")):
            status, body, _ = home(person)
            check(status == 200 and own in body.decode() and other not in body.decode(), "each sees the own name")
    # a word in a form is never the same, the session's is
    pages = [a.page("/first-report")[1] for _ in range(6)]
    once = {Person.word(p, "once") for p in pages}
    check(len(once) == 6 and all(re.fullmatch("[0-9a-f]{32}", x) for x in once), f"forms have words of their own: {once}")
    check(len({Person.word(p, "csrf") for p in pages}) == 1, "and the token of their session")
    check(Person.word(b.page("/first-report")[1], "csrf") != Person.word(pages[0], "csrf"), "another session has another one")
    # what is written shows at once, whoever writes
    num = a.open_case("題名")
    check(num in home(b)[1].decode() and num in a.page("/cases")[1].decode(), "what the node writes shows at once")
    made = say(node, "case", "open", "--known-at=2026-01-05", "--title=外", "cause=ransomware", f"--as={ids[0]}:handler")
    outside = re.search(r"\d{4}-\d{4}", made).group(0)
    check(outside in a.page("/cases")[1].decode(), "and what another program writes")
    # a session that ends, an account that is suspended: at once
    home(a)
    home(b)
    status, body, _ = a.page("/own")
    a.send("/sign-out", {"csrf": Person.word(body, "csrf")}, a.cookie)
    check(home(a)[0] == 303, "who signed out sees nothing any more")
    check(home(b)[0] == 200, "the other one does")
    say(node, "people", "state", ids[1], "suspended", f"--as={admin}:admin")
    check(home(b)[0] == 303, "who is suspended sees nothing any more")
    check(node.stop() == 0, "the node ends in order")
    check("holds" in say(node, "record", "verify"), "the record holds")
