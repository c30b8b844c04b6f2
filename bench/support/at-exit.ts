// What must not stay behind, whatever ends the benchmark.

/** Runs `tidy` when the process ends; what is returned runs it now, and not again. */
export function atExit(tidy: () => void): () => void {
  process.once('exit', tidy);
  return () => {
    process.removeListener('exit', tidy);
    tidy();
  };
}
