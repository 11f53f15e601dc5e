/*
 * What is done with each class of personal information, and what decides when an indicator is also personal: data of the house.
 * A line is a rule; the default keeps in whatever touches a person.
 *
 *   name token                  a class and drop, mask, blot, token or generalise
 *   person-email out            mail addresses of persons and addresses of homes: in (the default) or out
 *   home-address in
 *   own-domain city.example.jp
 *   own-network 203.0.113.0/24 in   addresses of our own: in, or ref (true, but nothing of the attack)
 */
#ifndef WORK_SELECT_POLICY_H
#define WORK_SELECT_POLICY_H

#include "engine/select/pii_redact.h"

#define POLICY_MOST ((size_t)256 << 10)
#define POLICY_LINES_MOST 4096u

enum own_rule { OWN_REF, OWN_IN };

struct own_network { uint8_t bytes[16]; uint8_t bits; bool v6; enum own_rule rule; };

struct select_policy {
	struct pii_policy redact;
	bool emails_out, homes_out;
	slice *own_domains;
	size_t n_own_domains;
	struct own_network *networks;
	size_t n_networks;
};

/* E_INVALID "select.policy" with the number of the line as the place. Lies in c->a. */
MUST_USE rc policy_read(struct ctx *c, slice text, struct select_policy *ret);
/* The network of ours that this address or block is in, or NULL. */
const struct own_network *policy_network(const struct select_policy *p, slice address);

#endif
