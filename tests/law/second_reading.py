#!/usr/bin/env python3
"""A second reading of the duties, written without a look at law/: random cases must get the same answer from both.

Usage: second_reading.py RENKEI [CASES [SEED]]      exit 1 and the differing cases when the readings differ
"""
import datetime as dt
import json
import random
import subprocess
import sys

JST = dt.timezone(dt.timedelta(hours=9))
CYBER = {"unauthorized_access", "ransomware", "malware", "ddos", "web_skimming"}
PUBLIC = {"national_admin", "independent_agency", "local_gov", "local_independent_agency"}
LOCAL = {"local_gov", "local_independent_agency"}
DAY = dt.timedelta(days=1)

CHOICES = {
    "node_role": ["reporter", "ppc", "nco", "police", "ipa", "jpcert"],
    "phase": ["incident", "peacetime"],
    "org_type": ["private", "national_admin", "independent_agency", "local_gov", "local_independent_agency",
                 "transferred_corp", "local_assembly"],
    "sector": ["general", "finance", "telecom", "medical"],
    "delegated_to": ["", "FSA", "MIC", "METI"],
    "processor_role": ["none", "processor"],
    "principal_type": ["none", "private", "public_body"],
    "cause": ["other", "unauthorized_access", "ransomware", "malware", "ddos", "web_skimming", "phishing_site",
              "insider_theft", "theft_media", "lost_media", "lost_paper", "misdelivery", "missent_email",
              "misconfiguration", "misdisposal", "system_failure", "tampered_envelope", "rule_breach_takehome",
              "unauthorized_subdelegation"],
    "leak": ["none", "suspected", "confirmed"],
    "loss": ["none", "suspected", "confirmed"],
    "damage": ["none", "suspected", "confirmed"],
    "medium": ["electronic_file", "removable_media", "paper"],
    "data_state": ["held", "being_acquired"],
    "financial_data": ["none", "contact_only", "card_last4_expiry", "bank_account_only", "full_card_number",
                       "payment_credentials"],
    "encryption": ["none", "password_only", "advanced"],
    "mynumber_system": ["none", "info_network", "use_affairs", "public_related_affairs"],
    "mynumber_unlawful": ["none", "use", "provision"],
    "acd_event": ["none", "infringement", "possible_cause"],
    "gdpr_role": ["none", "controller", "processor"],
    "gdpr_risk": ["unlikely", "risk", "high"],
}
FLAGS = ["principal_notified", "listed", "material_to_investors", "critical_infra", "special_infra_operator",
         "recovered_unviewed", "other_copy_exists", "dishonest_purpose", "sensitive", "ordinance_sensitive",
         "key_compromised", "pseudonymized", "nondisclosure_78", "mynumber", "mynumber_public_view",
         "unauthorized_subdelegation", "holds_mynumber_file", "finance_customer_data", "telecom_secrecy_leak",
         "telecom_serious_accident", "acd_specified_computer", "acd_new_computer", "acd_exempt_product",
         "medical_service_impact", "nco_share_optout", "ppc_request", "eu_data_subjects"]
FLAGS_TRUE = ["handles_data", "against_handler", "has_personal_data", "intended_as_personal_data", "contactable",
              "mynumber_in_file"]
TIMES = ["2022-03-31", "2022-04-01", "2023-03-31", "2023-04-01", "2023-06-05", "2024-03-31", "2024-04-01", "2024-12-02",
         "2025-06-30", "2025-07-01", "2025-09-30", "2025-10-01", "2026-04-03", "2026-08-14", "2026-09-14", "2026-09-15",
         "2026-09-30", "2026-10-01", "2026-10-23", "2026-11-04"]


def equinox(year, base):
    return int(base + 0.242194 * (year - 1980)) - (year - 1980) // 4


def nth_monday(year, month, n):
    first = dt.date(year, month, 1)
    return first + DAY * ((7 - first.weekday()) % 7 + 7 * (n - 1))


def holidays(y):
    d = dt.date
    days = {d(y, 1, 1), nth_monday(y, 1, 2), d(y, 2, 11), d(y, 3, equinox(y, 20.8431)), d(y, 4, 29), d(y, 5, 3), d(y, 5, 4),
            d(y, 5, 5), nth_monday(y, 9, 3), d(y, 9, equinox(y, 23.2488)), d(y, 11, 3), d(y, 11, 23)}
    if y >= 2020:
        days.add(d(y, 2, 23))
    days |= {2020: {d(2020, 7, 23), d(2020, 8, 10), d(2020, 7, 24)}, 2021: {d(2021, 7, 22), d(2021, 8, 8), d(2021, 7, 23)}}.get(
        y, {nth_monday(y, 7, 3), d(y, 8, 11), nth_monday(y, 10, 2)})
    substitutes = set()
    for day in days:
        if day.weekday() == 6:
            while day in days or day in substitutes:
                day += DAY
            substitutes.add(day)
    between = {day + DAY for day in days if day + 2 * DAY in days and day + DAY not in days and (day + DAY).weekday() != 6}
    return days | substitutes | between


def open_day(day):
    while (day.weekday() >= 5 or day in holidays(day.year) or (day.month, day.day) in
           {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}):
        day += DAY
    return day


def duties(f, known_at):
    """The set of (id, recipient, kind, mandatory, due, target) of a case whose missing facts have their defaults."""
    known = known_at.astimezone(JST).date()
    out = set()

    def add(name, recipient, kind, mandatory, due=None, target=None):
        out.add((name, recipient, kind, mandatory, str(due) if due else None, str(target) if target else None))

    since = lambda text: known >= dt.date.fromisoformat(text)
    cyber = f["cause"] in CYBER
    leak = (f["leak"] != "none" or f["unauthorized_subdelegation"]) and not f["recovered_unviewed"]
    happened = leak or any(f[k] != "none" and not f["other_copy_exists"] for k in ("loss", "damage"))
    exempt = (f["pseudonymized"] or not f["has_personal_data"] or not f["handles_data"] or
              (f["encryption"] == "advanced" and not f["key_compromised"]))
    held = f["data_state"] == "held"
    harm = f["financial_data"] in ("full_card_number", "payment_credentials")
    count = max(f["persons"], f["persons_max"])
    if since("2024-04-01"):
        dishonest = f["dishonest_purpose"] and f["against_handler"] and (held or f["intended_as_personal_data"])
    else:
        dishonest = f["dishonest_purpose"] and held
    basis = happened and not exempt
    items26 = {1: held and f["sensitive"], 2: held and harm, 3: dishonest, 4: held and count > 1000}
    # the object of Art. 68 is information that the body holds; only item 3 reaches what is just being acquired
    items68 = {1: held and f["sensitive"], 2: held and harm, 3: dishonest, 4: held and count > 100,
               5: held and f["ordinance_sensitive"] and f["org_type"] in LOCAL}
    system = f["mynumber_system"]
    in_file = f["mynumber"] and f["mynumber_in_file"]
    unlawful = f["mynumber_unlawful"] != "none"
    myn = {1: happened and (system in ("info_network", "use_affairs") or system == "public_related_affairs"),
           2: f["dishonest_purpose"] and (happened or unlawful),
           3: f["mynumber_public_view"],
           4: f["mynumber_persons"] > 100 and (happened or unlawful)}

    def clock(items, count_item, sixty):
        start = known
        if f["count_known_at"] and [k for k, v in items.items() if v] == [count_item]:
            later = dt.datetime.fromisoformat(f["count_known_at"]).astimezone(JST).date()
            start = max(start, later)
        return start + 4 * DAY, open_day(start + (59 if items[sixty] else 29) * DAY)

    if f["node_role"] == "reporter" and f["phase"] == "incident":
        freed = f["processor_role"] == "processor" and f["principal_notified"]
        processor = f["processor_role"] == "processor"
        if f["org_type"] in ("private", "transferred_corp") and since("2022-04-01") and basis and any(items26.values()) \
                and not freed:
            to = f["delegated_to"] or "PPC"
            target, due = clock(items26, 4, 3)
            add("APPI26.PRE", to, "preliminary", True, None, target)
            add("APPI26.FIN", to, "final", True, due)
            if f["contactable"]:
                add("APPI26.PERSON", "PERSONS", "notify_person", True)
            else:
                add("APPI26.ALT", "PERSONS", "substitute", True)
            if processor:
                add("APPI26.PRINCIPAL", "PRINCIPAL", "notify_principal", False, None, target)
        if f["org_type"] in PUBLIC and since("2023-04-01" if f["org_type"] in LOCAL else "2022-04-01") and basis and any(
                items68.values()):
            target, due = clock(items68, 4, 3)
            add("APPI68.PRE", "PPC", "preliminary", True, None, target)
            add("APPI68.FIN", "PPC", "final", True, due)
            # Art. 68(2): either proviso frees; where item ii does, nothing takes the place of the notice
            if not f["nondisclosure_78"]:
                if f["contactable"]:
                    add("APPI68.PERSON", "PERSONS", "notify_person", True)
                else:
                    add("APPI68.ALT", "PERSONS", "substitute", True)
        if in_file and not exempt and since("2022-04-01") and any(myn.values()) and not freed:
            target, due = clock(myn, 4, 2)
            add("MYN.PRE", "PPC", "preliminary", True, None, target)
            add("MYN.FIN", "PPC", "final", True, due)
            if f["contactable"]:
                add("MYN.PERSON", "PERSONS", "notify_person", True)
            else:
                add("MYN.ALT", "PERSONS", "substitute", True)
            if processor:
                add("MYN.PRINCIPAL", "PRINCIPAL", "notify_principal", False, None, target)
        for name, cause in (("FORM.DDOS", "ddos"), ("FORM.RANSOM", "ransomware")):
            if f["cause"] == cause and since("2025-10-01"):
                add(name, "ADDRESSEE", "form", False)
        if f["dishonest_purpose"] or cyber:
            add("POLICE", "POLICE", "consult", False)
        if f["cause"] in ("ransomware", "malware"):
            add("IPA.VIRUS", "IPA", "notify_voluntary", False)
        if f["cause"] in ("unauthorized_access", "web_skimming"):
            add("IPA.ACCESS", "IPA", "notify_voluntary", False)
        if cyber:
            add("JPCERT", "JPCERT", "consult", False)
        if f["org_type"] == "national_admin" and cyber:
            add("CBA32", "NCO", "provide_info", True)
        if f["sector"] == "finance" and f["finance_customer_data"] and happened:
            add("FIN.SECTOR", f["delegated_to"] or "FSA", "preliminary", True, None, known + 4 * DAY)
        if f["telecom_secrecy_leak"]:
            add("TEL28S.PRE", "MIC", "preliminary", True)
            add("TEL28S.FIN", "MIC", "final", True, open_day(known + 30 * DAY))
        if f["telecom_serious_accident"]:
            start = dt.date.fromisoformat(f["telecom_accident_on"]) if f["telecom_accident_on"] else known
            add("TEL28A.PRE", "MIC", "preliminary", True)
            add("TEL28A.FIN", "MIC", "final", True, open_day(start + 30 * DAY))
        if f["sector"] == "medical" and cyber and (happened or f["medical_service_impact"]):
            add("MED.MHLW", "MHLW", "consult", False)
        if f["critical_infra"] and cyber:
            add("CI.INFO", "MINISTRY", "provide_info", False)
        if f["listed"] and f["material_to_investors"]:
            add("TSE402", "TSE", "disclose", True)
        if f["special_infra_operator"] and since("2026-10-01"):
            if f["acd_new_computer"] and not f["acd_exempt_product"]:
                add("ACD4.REG", "MINISTER", "register", True)
            if f["acd_specified_computer"] and f["acd_event"] != "none":
                add("ACD5.PRE", "MINISTER+PM", "preliminary", True)
                add("ACD5.FIN", "MINISTER+PM", "final", True, open_day(known + 30 * DAY))
        if f["eu_data_subjects"] and happened:
            if f["gdpr_role"] == "controller":
                if f["gdpr_risk"] != "unlikely":
                    add("GDPR33.SA", "EU_SA", "preliminary", True,
                        (known_at + dt.timedelta(hours=72)).astimezone(JST).date())
                if f["gdpr_risk"] == "high":
                    add("GDPR34.DS", "PERSONS", "notify_person", True)
                add("GDPR33.DOC", "INTERNAL", "record", True)
            if f["gdpr_role"] == "processor":
                add("GDPR33.CTRL", "PRINCIPAL", "notify_principal", True)
    elif not since("2023-03-15"):
        pass   # the memoranda between the agencies
    elif f["phase"] == "incident":
        scope = cyber and f["medium"] == "electronic_file" and happened and (f["has_personal_data"] or f["mynumber"])
        if f["node_role"] in ("ppc", "nco", "police", "ipa") and scope:
            add("COOP.INTRODUCE", "REPORTER", "introduce", True)
        if f["node_role"] in ("nco", "police", "ipa") and f["ppc_request"]:
            add("COOP.TECH_ADVICE", "PPC", "consult", False)
    elif f["node_role"] == "ppc":
        add("COOP.P_STATS", "NCO+POLICE+IPA", "share", True)
    if f["phase"] == "peacetime" and f["org_type"] in PUBLIC and f["holds_mynumber_file"] and f["node_role"] == "reporter":
        add("MYN.TRAIN", "INTERNAL", "train", True)
    return out


# rows whose trigger the sources leave to a person, or that only say "may": this reading does not judge them
NOT_JUDGED = ("FORM.OTHER", "NCO.SHARE", "COOP.JOINT", "COOP.SHARE", "COOP.P_THREAT", "COOP.P_GUIDE", "COOP.P_TRAIN",
              "COOP.P_PR", "MYN.P", "ACCUSE", "PM.", "TEL28N", "GDPR34.DS")


def random_case(rng, number):
    facts = {k: v[0] for k, v in CHOICES.items()}
    facts.update({k: False for k in FLAGS})
    facts.update({k: True for k in FLAGS_TRUE})
    facts.update(persons=0, persons_max=0, mynumber_persons=0, occurred_on="", count_known_at="", telecom_accident_on="")
    said = {}

    def say(key, value):
        facts[key] = said[key] = value

    for key in rng.sample(list(CHOICES), rng.randint(1, 7)):
        say(key, rng.choice(CHOICES[key]))
    if rng.random() < 0.8:
        say("leak", rng.choice(["suspected", "confirmed"]))
    if rng.random() < 0.7:
        say("phase", "incident")
    if rng.random() < 0.75:
        say("node_role", "reporter")
    for key in rng.sample(FLAGS, rng.randint(0, 6)):
        say(key, True)
    for key in rng.sample(FLAGS_TRUE, rng.choice([0, 0, 0, 1])):
        say(key, False)
    for key in ("persons", "persons_max", "mynumber_persons"):
        if rng.random() < 0.5:
            say(key, rng.choice([0, 1, 99, 100, 101, 102, 999, 1000, 1001, 1002, 22420000]))
    facts["persons_max"] = facts["persons_max"] if "persons_max" in said else facts["persons"]
    day = rng.choice(TIMES) if rng.random() < 0.5 else str(dt.date(2022, 3, 1) + DAY * rng.randrange(1690))
    known_at = dt.datetime.fromisoformat(day).replace(tzinfo=JST) + dt.timedelta(minutes=rng.randrange(1440))
    if rng.random() < 0.2:
        say("count_known_at", (known_at + dt.timedelta(days=rng.randrange(1, 20))).isoformat(timespec="minutes"))
    if rng.random() < 0.3:
        say("telecom_accident_on", str(known_at.date() - DAY * rng.randrange(3)))
    return facts, {"id": f"R{number}", "facts": said, "known_at": known_at.isoformat(timespec="minutes")}, known_at


def main():
    renkei = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    cases = [random_case(rng, i) for i in range(count)]
    text = "".join(json.dumps(line) + "\n" for _, line, _ in cases)
    run = subprocess.run([renkei, "assess", "--assume-defaults", "-"], input=text, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"assess: exit {run.returncode}\n{run.stderr[:2000]}")
    answers = {a["id"]: a for a in map(json.loads, run.stdout.splitlines())}
    differ = 0
    for facts, line, known_at in cases:
        want = {d for d in duties(facts, known_at) if not d[0].startswith(NOT_JUDGED)}
        got = {(d["id"], d["recipient"], d["kind"], d["mandatory"], d["due"], d["target_by"])
               for d in answers[line["id"]]["duties"] if not d["id"].startswith(NOT_JUDGED)}
        if want != got:
            differ += 1
            if differ <= 15:
                print(json.dumps(line), "\n   only the second reading:", sorted(want - got, key=str), "\n   only law/:",
                      sorted(got - want, key=str))
    print(f"{count} cases, {differ} answered differently")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
