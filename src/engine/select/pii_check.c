#include "engine/select/pii_check.h"

#include "base/banned.h"

static int digit(const char *d, size_t i) { return d[i] - '0'; }

/* P_n × Q_n over the n digits before the check digit, n counted from the right; Q_n = n+1 for n ≤ 6, n-5 above. */
static bool check_mod11(const char *d, size_t n)
{
	int sum = 0, rest;

	for (size_t k = 1; k <= n; k++)
		sum += digit(d, n - k) * (int)(k <= 6 ? k + 1 : k - 5);
	rest = sum % 11;
	return digit(d, n) == (rest <= 1 ? 0 : 11 - rest);
}

bool check_my_number(const char *d) { return check_mod11(d, 11); }
bool check_juminhyo(const char *d) { return check_mod11(d, 10); }

bool check_corporate_number(const char *d)
{
	int sum = 0;

	for (size_t k = 1; k <= 12; k++)
		sum += digit(d, 13 - k) * (k % 2 ? 1 : 2);
	return digit(d, 0) == 9 - sum % 9;
}

bool check_luhn(const char *d, size_t n)
{
	int sum = 0;

	for (size_t k = 0; k < n; k++) {
		int v = digit(d, n - 1 - k) * (k % 2 ? 2 : 1);

		sum += v > 9 ? v - 9 : v;
	}
	return sum % 10 == 0;
}

/* The leading k digits as a number. */
static int lead(const char *d, size_t k)
{
	int v = 0;

	for (size_t i = 0; i < k; i++)
		v = v * 10 + digit(d, i);
	return v;
}

static bool is_brand(const char *d, size_t n)
{
	int two = lead(d, 2), three = lead(d, 3), four = lead(d, 4);

	if (d[0] == '4')
		return n == 16 || n == 19 || n == 13;                        /* Visa */
	if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720))
		return n == 16;                                              /* Mastercard */
	if (two == 34 || two == 37)
		return n == 15;                                              /* American Express */
	if (four >= 3528 && four <= 3589)
		return n >= 16;                                              /* JCB */
	if ((three >= 300 && three <= 305) || three == 309 || two == 36 || two == 38 || two == 39)
		return n == 14 || n >= 16;                                   /* Diners */
	if (four == 6011 || (three >= 644 && three <= 649) || two == 65)
		return n >= 16;                                              /* Discover */
	return two == 62 && n >= 16;                                         /* UnionPay */
}

bool check_card(const char *d, size_t n)
{
	return n >= 13 && n <= 19 && is_brand(d, n) && check_luhn(d, n);
}

bool check_insurer(const char *d, size_t n) { return (n == 8 || n == 6) && check_luhn(d, n); }

bool check_drivers_license(const char *d)
{
	static const int weight[10] = { 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 };
	int sum = 0;

	for (size_t i = 0; i < 10; i++)
		sum += digit(d, i) * weight[i];
	return digit(d, 10) == (11 - sum % 11) % 10;
}
