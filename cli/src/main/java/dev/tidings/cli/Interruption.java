package dev.tidings.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A person's wish to end what would go on for ever: Ctrl-C. The process ends when the command has
 * ended, with the command's own exit code.
 */
public final class Interruption {
  /** How long a command may take to end once it was asked to. */
  private static final long LIMIT_SECONDS = 30;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CompletableFuture<Integer> code = new CompletableFuture<>();
  private final Thread hook = new Thread(this::end, "tidings-stop");

  private final Runnable whenAsked;

  private Interruption(Runnable whenAsked) {
    this.whenAsked = whenAsked;
  }

  /** From now on, Ctrl-C only asks. */
  public static Interruption expected() {
    return expected(() -> {});
  }

  /**
   * From now on, Ctrl-C only asks.
   *
   * @param whenAsked called then, by another thread
   */
  public static Interruption expected(Runnable whenAsked) {
    Interruption interruption = new Interruption(whenAsked);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Waits until it is asked for, or this thread is interrupted. */
  public void await() {
    try {
      asked.await();
    } catch (InterruptedException e) {
      // Asked for in this way: what follows is the orderly end, which may wait again.
    }
  }

  /** Asks to end, as Ctrl-C does; for other ways to say so. Thread-safe. */
  public void ask() {
    asked.countDown();
    whenAsked.run();
  }

  /** Whether it was asked to end. */
  public boolean isAsked() {
    return asked.getCount() == 0;
  }

  /** The command has ended. */
  public void ended(int exitCode) {
    code.complete(exitCode);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already: the hook does the rest.
    }
  }

  private void end() {
    ask();
    int exitCode = ExitCode.TIMEOUT;
    try {
      exitCode = code.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      System.err.println("tidings: did not end in time");
    }
    Runtime.getRuntime().halt(exitCode);
  }
}
