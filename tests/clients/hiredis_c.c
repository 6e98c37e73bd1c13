/* hiredis against the server: hiredis PORT UNIX-SOCKET */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

static void check(const char* what, int good) {
  good ? ++passed : ++failed;
  if (!good) printf("hiredis: %s\n", what);
}

static int is_text(const redisReply* r, int type, const char* text) {
  return r != NULL && r->type == type && r->len == strlen(text) && memcmp(r->str, text, r->len) == 0;
}

static void ordinary(redisContext* c) {
  redisReply* r = redisCommand(c, "FLUSHALL");
  check("FLUSHALL", is_text(r, REDIS_REPLY_STATUS, "OK"));
  freeReplyObject(r);
  r = redisCommand(c, "SET %s %b", "k", "v\0w", (size_t)3);
  check("SET", is_text(r, REDIS_REPLY_STATUS, "OK"));
  freeReplyObject(r);
  r = redisCommand(c, "GET k");
  check("GET", r != NULL && r->type == REDIS_REPLY_STRING && r->len == 3 && memcmp(r->str, "v\0w", 3) == 0);
  freeReplyObject(r);
  r = redisCommand(c, "GET none");
  check("GET of nothing", r != NULL && r->type == REDIS_REPLY_NIL);
  freeReplyObject(r);
  r = redisCommand(c, "INCRBY n 42");
  check("INCRBY", r != NULL && r->type == REDIS_REPLY_INTEGER && r->integer == 42);
  freeReplyObject(r);
  r = redisCommand(c, "INCR k");
  check("an error", r != NULL && r->type == REDIS_REPLY_ERROR && strstr(r->str, "not an integer") != NULL);
  freeReplyObject(r);
  r = redisCommand(c, "MGET k none n");
  check("MGET", r != NULL && r->type == REDIS_REPLY_ARRAY && r->elements == 3 &&
                    r->element[1]->type == REDIS_REPLY_NIL && is_text(r->element[2], REDIS_REPLY_STRING, "42"));
  freeReplyObject(r);
  r = redisCommand(c, "SCAN 0 COUNT 100");
  check("SCAN", r != NULL && r->type == REDIS_REPLY_ARRAY && r->elements == 2 && r->element[1]->elements == 2);
  freeReplyObject(r);

  enum { kPipeline = 10000 };
  for (int i = 0; i < kPipeline; ++i) redisAppendCommand(c, "SET p:%d %d", i, i);
  for (int i = 0; i < kPipeline; ++i) redisAppendCommand(c, "GET p:%d", i);
  int good = 1;
  for (int i = 0; i < 2 * kPipeline; ++i) {
    void* reply = NULL;
    if (redisGetReply(c, &reply) != REDIS_OK) {
      good = 0;
      break;
    }
    char wanted[16];
    snprintf(wanted, sizeof wanted, "%d", i - kPipeline);
    good &= i < kPipeline ? is_text(reply, REDIS_REPLY_STATUS, "OK") : is_text(reply, REDIS_REPLY_STRING, wanted);
    freeReplyObject(reply);
  }
  check("a pipeline", good);

  const size_t big = 8000000;
  char* bytes = malloc(big);
  if (bytes == NULL) exit(2);
  for (size_t i = 0; i < big; ++i) bytes[i] = (char)(i * 7);
  r = redisCommand(c, "SET big %b", bytes, big);
  check("SET of 8 MB", is_text(r, REDIS_REPLY_STATUS, "OK"));
  freeReplyObject(r);
  r = redisCommand(c, "GET big");
  check("GET of 8 MB", r != NULL && r->type == REDIS_REPLY_STRING && r->len == big && memcmp(r->str, bytes, big) == 0);
  freeReplyObject(r);
  free(bytes);
  r = redisCommand(c, "QUIT");
  check("QUIT", is_text(r, REDIS_REPLY_STATUS, "OK"));
  freeReplyObject(r);
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const struct timeval wait = {10, 0};
  redisContext* contexts[] = {redisConnectWithTimeout("127.0.0.1", atoi(argv[1]), wait),
                              redisConnectUnixWithTimeout(argv[2], wait)};
  for (size_t i = 0; i < 2; ++i) {
    check("a connection", contexts[i] != NULL && contexts[i]->err == 0);
    if (contexts[i] == NULL || contexts[i]->err != 0) continue;
    redisSetTimeout(contexts[i], wait);
    ordinary(contexts[i]);
    redisFree(contexts[i]);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
