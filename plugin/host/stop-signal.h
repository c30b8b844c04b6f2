// SIGINT and SIGTERM: the run ends early, its files complete.
#pragma once

namespace jambridge::host {

/** Catches both from now on. Repeats are harmless: a terminal and npx may both send one. [main-thread] */
void CatchStopSignals();

/** [any-thread] */
bool StopSignalled();

}  // namespace jambridge::host
