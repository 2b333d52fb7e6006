// What the files of the probe share.
#ifndef PROBE_H
#define PROBE_H

struct act {
  const char *name;
  int (*run)(void);
};

extern int argc_;
extern char **argv_;
const char *arg(int index);
int report(long result);

extern const struct act start_acts[];
int racer(void);
int act_edges(void);

#endif
