// Starts whose texts and lists stand at the edges of what is mapped.
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };

// So many pages, with nothing behind them.
static char *pages(int count) {
  size_t size = (size_t)count * PAGE;
  char *start = mmap(NULL, size + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(start + size, PAGE);
  return start;
}

static void try(const char *what, const char *path, char *const *words, char *const *variables) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    execve(path, words, variables);
    _exit(128 + errno);
  }
  int status;
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status)) printf("%s: %s\n", what, sigabbrev_np(WTERMSIG(status)));
  else if (WEXITSTATUS(status) >= 128) printf("%s: %s\n", what, strerrorname_np(WEXITSTATUS(status) - 128));
  else printf("%s: started\n", what);
}

int act_edges(void) {
  const char program[] = "/bin/true";
  char *plain[] = {"true", NULL}, *none[] = {NULL};
  char *end = pages(1) + PAGE, *path = strcpy(end - sizeof program, program);
  try("path at the end", path, plain, none);
  char *endless = memset(pages(1), '/', PAGE) + PAGE - 6;
  try("path without an end", endless, plain, none);
  try("path too long", memset(pages(2), '/', 2 * PAGE), plain, none);
  char *list = pages(1) + PAGE;
  memcpy(list - sizeof plain, plain, sizeof plain);
  try("list at the end", path, (char **)(list - sizeof plain), none);
  memcpy(list - sizeof *plain, plain, sizeof *plain);
  try("list without an end", path, (char **)(list - sizeof *plain), none);
  char *across = pages(2) + PAGE - 4;
  memcpy(across, plain, sizeof plain);
  try("list across pages", path, (char **)across, none);
  char *text = memcpy(pages(1) + PAGE - 3, "ab", 3);
  char *word[] = {"true", text, NULL}, *variable[] = {"A=1", text, NULL};
  try("word at the end", path, word, none);
  try("variable at the end", path, plain, variable);
  memcpy(text, "abc", 3);
  try("word without an end", path, word, none);
  try("variable without an end", path, plain, variable);
  char *low[] = {"true", (char *)8, NULL}, *empty[] = {"", "", NULL};
  try("word that is nowhere", path, low, none);
  try("list that is nowhere", path, (char **)1, none);
  try("no variables", path, plain, NULL);
  try("empty words", path, empty, none);
  // A word may have 32 pages (MAX_ARG_STRLEN).
  char *large = memset(pages(40), 'x', 40 * PAGE), *longest[] = {"true", large, NULL};
  large[32 * PAGE - 1] = 0;
  try("word of 32 pages", path, longest, none);
  large[32 * PAGE - 1] = 'x';
  large[32 * PAGE] = 0;
  try("word that is longer", path, longest, none);
  try("empty path", "", plain, none);
  try("a folder", "/bin", plain, none);
  return 0;
}
