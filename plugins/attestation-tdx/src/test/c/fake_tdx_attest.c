/* Intel's library as the tests want it: answers with the code, the quote and the size it was told. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int code;
static uint32_t declared;
static int frees;
static unsigned char *quote;
static uint32_t quote_length;

void fake_answer(int answer_code, const unsigned char *bytes, uint32_t length, uint32_t declared_length) {
    code = answer_code;
    free(quote);
    quote = length ? malloc(length) : NULL;
    if (quote) memcpy(quote, bytes, length);
    quote_length = length;
    declared = declared_length;
    frees = 0;
}

int fake_frees(void) { return frees; }

uint32_t tdx_att_get_quote(const unsigned char *report_data, const void *ids, uint32_t id_count, void *selected,
                           unsigned char **out, uint32_t *size, uint32_t flags) {
    (void)ids;
    if (!report_data || id_count || !selected || flags) return 2;
    if (code == 0 && quote) {
        *out = malloc(quote_length);
        memcpy(*out, quote, quote_length);
    }
    *size = declared;
    return code;
}

uint32_t tdx_att_free_quote(unsigned char *taken) {
    frees++;
    free(taken);
    return 0;
}
