#include "door/serve/operation.h"

#include "door/serve/http_out.h"
#include "door/serve/station.h"

#include "base/banned.h"

#define METRICS_MOST ((size_t)64 << 10)

static const struct { enum count count; const char *name, *type, *help; enum process only; } metrics[] = {
	{ COUNT_STARTS, "renkei_process_starts_total", "counter", "How often the process was started.", ROLE_MAIN },
	{ COUNT_RSS, "renkei_process_resident_bytes", "gauge", "Memory that the process holds.", ROLE_MAIN },
	{ COUNT_ASKED, "renkei_process_asked_total", "counter", "Questions put to other processes.", ROLE_MAIN },
	{ COUNT_CALLS, "renkei_process_calls_total", "counter", "Calls answered (web: put to core).", ROLE_MAIN },
	{ COUNT_FAULTS, "renkei_process_faults_total", "counter", "Calls that ended with a fault.", ROLE_MAIN },
	{ COUNT_CALLS_US, "renkei_core_busy_microseconds_total", "counter", "Time spent in calls.", ROLE_CORE },
	{ COUNT_ENTRIES, "renkei_record_entries", "gauge", "Entries of the record.", ROLE_CORE },
	{ COUNT_REBUILD, "renkei_record_rebuild_entries", "gauge", "Entries to go through before the node serves; 0 when it does.", ROLE_CORE },
	{ COUNT_REBUILT, "renkei_record_rebuilt_entries", "gauge", "Entries of them gone through.", ROLE_CORE },
	{ COUNT_WITNESS, "renkei_record_witness_state", "gauge", "0 no witnesses are set, 1 cosigned, 2 nobody for an hour or one silent or refusing, 3 alarm.", ROLE_CORE },
	{ COUNT_OPEN, "renkei_connections", "gauge", "Open connections.", ROLE_WEB },
	{ COUNT_CONNECTIONS, "renkei_connections_total", "counter", "Connections taken.", ROLE_WEB },
	{ COUNT_REQUESTS, "renkei_http_requests_total", "counter", "Requests answered.", ROLE_WEB },
	{ COUNT_2XX, "renkei_http_answers_2xx_total", "counter", "Answers with a status of 200 to 299.", ROLE_WEB },
	{ COUNT_3XX, "renkei_http_answers_3xx_total", "counter", "Answers with a status of 300 to 399.", ROLE_WEB },
	{ COUNT_4XX, "renkei_http_answers_4xx_total", "counter", "Answers with a status of 400 to 499.", ROLE_WEB },
	{ COUNT_5XX, "renkei_http_answers_5xx_total", "counter", "Answers with a status of 500 to 599.", ROLE_WEB },
	{ COUNT_REFUSED, "renkei_http_refused_total", "counter", "Requests and connections refused for their form or number.", ROLE_WEB },
	{ COUNT_TIMEOUTS, "renkei_http_timeouts_total", "counter", "Connections ended because they took too long.", ROLE_WEB },
	{ COUNT_HANDSHAKES_FAILED, "renkei_tls_handshakes_failed_total", "counter", "TLS handshakes that failed.", ROLE_TLS },
};

void operation_look(struct operation *o, const struct station *s, bool core_open)
{
	o->s = s;
	o->ready = core_open && !s->stop;
	o->rebuild = core_open ? 0 : s->others[ROLE_CORE][COUNT_REBUILD];
	o->rebuilt = s->others[ROLE_CORE][COUNT_REBUILT];
}

static uint64_t value_of(const struct station *s, enum process r, enum count n)
{
	/* the own numbers are newer than what the supervisor sent back; starts and memory only the supervisor knows */
	return r == s->role && n != COUNT_STARTS && n != COUNT_RSS ? s->counts[n] : s->others[r][n];
}

void operation_put_metrics(struct buf *b, const struct station *s, bool ready)
{
	buf_putf(b, "# HELP renkei_ready Whether the node serves.\n# TYPE renkei_ready gauge\nrenkei_ready %d\n", ready);
	for (size_t i = 0; s && i < sizeof metrics / sizeof *metrics; i++) {
		buf_putf(b, "# HELP %s %s\n# TYPE %s %s\n", metrics[i].name, metrics[i].help, metrics[i].name, metrics[i].type);
		for (int r = 0; r < ROLES; r++) {
			unsigned long long v = value_of(s, (enum process)r, metrics[i].count);

			if (metrics[i].only == ROLE_MAIN)
				buf_putf(b, "%s{role=\"%s\"} %llu\n", metrics[i].name, process_name((enum process)r), v);
			else if (metrics[i].only == (enum process)r)
				buf_putf(b, "%s %llu\n", metrics[i].name, v);
		}
	}
}

static bool is_near(const struct http_request *q)
{
	return slice_starts(q->peer, S("127.")) || slice_is(q->peer, "::1");
}

bool operation_answer(struct ctx *c, const struct operation *o, const struct http_request *q, struct http_response *ret)
{
	bool health = slice_is(q->path, "/healthz"), ready = slice_is(q->path, "/readyz"), numbers = slice_is(q->path, "/metrics");
	struct buf b;

	if (!health && !ready && !numbers)
		return false;
	if (!slice_is(q->method, "GET") && !slice_is(q->method, "HEAD")) {
		http_plain(ret, 405, S("405 Method Not Allowed\n"));
		ret->headers[ret->header_count++] = (struct http_header){ S("Allow"), S("GET, HEAD") };
	} else if (health) {
		http_plain(ret, 200, S("ok\n"));
	} else if (ready) {
		http_plain(ret, o->ready || o->single ? 200 : 503, o->ready || o->single ? S("ready\n") : o->rebuild ? S("preparing\n") : S("not ready\n"));
	} else if (!is_near(q) && !(o->s && o->s->set->metrics_open)) {
		http_plain(ret, 404, S("404 Not Found\n"));
	} else {
		buf_init(&b, c->a, METRICS_MOST);
		operation_put_metrics(&b, o->s, o->ready || o->single);
		http_plain(ret, 200, buf_slice(&b));
		ret->content_type = S("text/plain; version=0.0.4; charset=utf-8");
	}
	return true;
}
