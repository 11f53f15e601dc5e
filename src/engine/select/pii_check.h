/* Check digits of Japanese numbers. Each takes plain digits '0' to '9' of exactly the length named. */
#ifndef ENGINE_SELECT_PII_CHECK_H
#define ENGINE_SELECT_PII_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* 12 digits. Source 行政手続における特定の個人を識別するための番号の利用等に関する法律施行令・平成26年総務省令85号 5条. */
bool check_my_number(const char *d);
/* 13 digits, the first is the check digit. Source 法人番号の指定等に関する省令 (平成26年財務省令70号) 2条. */
bool check_corporate_number(const char *d);
/* Source ISO/IEC 7812-1 annex B (Luhn). */
bool check_luhn(const char *d, size_t n);
/* 13 to 19 digits: Luhn and a prefix and length that a brand issues (ISO/IEC 7812, published ranges of the brands). */
bool check_card(const char *d, size_t n);
/* 8 digits, or 6 of 国民健康保険. Source 厚生労働省 保険者番号等の設定要領: weights 2,1 from the right, digit sums. */
bool check_insurer(const char *d, size_t n);
/* 12 digits; public descriptions agree, there is no official publication: raises certainty, never lets pass. */
bool check_drivers_license(const char *d);
/* 11 digits. 住民票コード: the rule of the 個人番号 over 10 digits; needs review against the ordinance: as above. */
bool check_juminhyo(const char *d);

#endif
