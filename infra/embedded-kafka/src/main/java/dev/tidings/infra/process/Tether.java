package dev.tidings.infra.process;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * Runs another main class and halts this JVM as soon as standard input ends. The parent process
 * holds the other end of that pipe and never writes to it, so the operating system closes it when
 * the parent dies in whatever way, {@code kill -9} included: no child outlives its parent.
 *
 * <p>Usage: {@code java -cp … dev.tidings.infra.process.Tether <main class> [argument…]}. The main
 * class finds its standard input empty. Uses nothing but the JDK, so that this one class can be put
 * on any program's class path.
 */
public final class Tether {

  /** Exit code of a child whose parent is gone. */
  static final int PARENT_GONE = 113;

  private static final int USAGE = 64;

  private Tether() {}

  /**
   * Runs the main class on this thread.
   *
   * @param args the main class and its arguments
   * @throws Throwable what the main class throws
   */
  public static void main(String[] args) throws Throwable {
    if (args.length == 0) {
      System.err.println("usage: Tether <main class> [argument...]");
      System.exit(USAGE);
    }
    InputStream parent = System.in;
    System.setIn(InputStream.nullInputStream());
    Thread watcher = new Thread(() -> haltAtEnd(parent), "tether");
    watcher.setDaemon(true);
    watcher.start();

    Method main =
        Class.forName(args[0], true, ClassLoader.getSystemClassLoader())
            .getMethod("main", String[].class);
    // The java launcher does not ask whether the class is public either.
    main.setAccessible(true);
    try {
      main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      // As the java launcher would: the main thread dies of it and the exit code is 1.
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private static void haltAtEnd(InputStream parent) {
    try {
      while (parent.read() >= 0) {
        // Nothing is ever sent; whatever arrives is of no interest.
      }
    } catch (IOException e) {
      // A pipe that cannot be read has nobody at its other end either.
    }
    // Not exit(): shutdown hooks could take long, or wait for the parent that is no more.
    Runtime.getRuntime().halt(PARENT_GONE);
  }
}
