#!/usr/bin/env python3
"""Writes N generated cases as JSON Lines: `generate.py N [SEED]`. Every fact of law/facts.yaml may turn up."""
import json
import random
import sys

CAUSES = ["other", "unauthorized_access", "ransomware", "malware", "ddos", "web_skimming", "phishing_site", "insider_theft",
          "theft_media", "lost_media", "lost_paper", "misdelivery", "missent_email", "misconfiguration", "misdisposal",
          "system_failure", "tampered_envelope", "rule_breach_takehome", "unauthorized_subdelegation"]
ORGS = ["private"] * 8 + ["national_admin", "independent_agency", "local_gov", "local_gov", "local_independent_agency",
                          "transferred_corp", "local_assembly"]
STATES = ["none", "suspected", "confirmed"]
FINANCIAL = ["none", "contact_only", "card_last4_expiry", "bank_account_only", "full_card_number", "payment_credentials"]


def case(dice, number):
    facts = {"cause": dice.choice(CAUSES), "leak": dice.choice(STATES), "persons": int(10 ** dice.uniform(0, 5))}

    def maybe(chance, key, value):
        if dice.random() < chance:
            facts[key] = value()

    yes = lambda: True
    maybe(0.4, "org_type", lambda: dice.choice(ORGS))
    maybe(0.2, "loss", lambda: dice.choice(STATES))
    maybe(0.2, "damage", lambda: dice.choice(STATES))
    maybe(0.3, "sensitive", yes)
    maybe(0.4, "dishonest_purpose", yes)
    maybe(0.2, "financial_data", lambda: dice.choice(FINANCIAL))
    maybe(0.1, "recovered_unviewed", yes)
    maybe(0.1, "other_copy_exists", yes)
    maybe(0.1, "encryption", lambda: dice.choice(["none", "password_only", "advanced"]))
    maybe(0.05, "key_compromised", yes)
    maybe(0.03, "pseudonymized", yes)
    maybe(0.05, "contactable", lambda: False)
    maybe(0.05, "handles_data", lambda: False)
    maybe(0.1, "data_state", lambda: "being_acquired")
    maybe(0.3, "medium", lambda: dice.choice(["electronic_file", "removable_media", "paper"]))
    maybe(0.1, "processor_role", lambda: "processor")
    maybe(0.05, "principal_notified", yes)
    maybe(0.2, "sector", lambda: dice.choice(["finance", "telecom", "medical"]))
    maybe(0.1, "delegated_to", lambda: dice.choice(["FSA", "MIC", "METI"]))
    maybe(0.1, "finance_customer_data", yes)
    maybe(0.1, "mynumber", yes)
    maybe(0.1, "mynumber_persons", lambda: int(10 ** dice.uniform(0, 4)))
    maybe(0.05, "listed", yes)
    maybe(0.05, "critical_infra", yes)
    maybe(0.03, "special_infra_operator", yes)
    maybe(0.03, "eu_data_subjects", yes)
    day = f"{dice.randint(2022, 2026)}-{dice.randint(1, 10):02}-{dice.randint(1, 28):02}"
    known = f"{day}T{dice.randint(0, 23):02}:{dice.randint(0, 59):02}+09:00"
    return {"id": f"G{number:06}", "facts": facts, "known_at": known}


def main():
    dice = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    for i in range(int(sys.argv[1])):
        sys.stdout.write(json.dumps(case(dice, i), separators=(",", ":")) + "\n")


main()
