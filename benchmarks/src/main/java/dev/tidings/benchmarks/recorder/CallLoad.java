package dev.tidings.benchmarks.recorder;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Calls a path and takes the time of each call.
 *
 * @param threads that call
 * @param calls of each
 * @param callsPerSecond of each; 0 is as many as it can
 */
record CallLoad(int threads, int calls, int callsPerSecond) {
  private static final long LONGEST_NANOS = 60_000_000_000L;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * What was seen.
   *
   * @param nanos of all calls
   * @param bytesPerCall allocated by the calling threads
   * @param nanosInAll from the first call to the last one's end
   */
  record Result(Histogram nanos, double bytesPerCall, long nanosInAll) {}

  Result run(RecordPath path, Sample[] samples) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<CompletableFuture<OneThread>> running = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int first = thread * 31;
        running.add(
            CompletableFuture.supplyAsync(() -> callFrom(path, samples, first, start), pool));
      }
      long started = System.nanoTime();
      start.countDown();
      Histogram nanos = new Histogram(LONGEST_NANOS, 3);
      long bytes = 0;
      for (CompletableFuture<OneThread> one : running) {
        OneThread result = one.get(10, TimeUnit.MINUTES);
        nanos.add(result.nanos);
        bytes += result.bytes;
      }
      long inAll = System.nanoTime() - started;
      return new Result(nanos, (double) bytes / threads / calls, inAll);
    } finally {
      pool.shutdownNow();
    }
  }

  private record OneThread(Histogram nanos, long bytes) {}

  private OneThread callFrom(RecordPath path, Sample[] samples, int first, CountDownLatch start) {
    Histogram nanos = new Histogram(LONGEST_NANOS, 3);
    long pauseNanos = callsPerSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / callsPerSecond;
    try {
      start.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted", e);
    }
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long due = System.nanoTime();
    for (int call = 0; call < calls; call++) {
      Sample sample = samples[(first + call) & (samples.length - 1)];
      while (pauseNanos > 0 && System.nanoTime() < due) {
        Thread.onSpinWait();
      }
      due += pauseNanos;
      long before = System.nanoTime();
      path.call(sample);
      nanos.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - before));
    }
    return new OneThread(nanos, THREADS.getCurrentThreadAllocatedBytes() - bytes);
  }
}
