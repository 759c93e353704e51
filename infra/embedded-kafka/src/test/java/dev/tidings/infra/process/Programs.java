package dev.tidings.infra.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Small programs that the tests run as children. */
final class Programs {

  private Programs() {}

  /** Prints its arguments and whether anything is on its standard input, then waits to be ended. */
  static final class Waiting {
    public static void main(String[] args) throws IOException, InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("in order")));
      System.out.println("input " + System.in.read());
      System.out.println("ready " + Arrays.toString(args));
      new CountDownLatch(1).await();
    }
  }

  /** Starts a {@link Waiting} of its own and prints its process id. */
  static final class Parent {
    public static void main(String[] args) throws InterruptedException {
      ChildJvm child = ChildJvm.of(Waiting.class, Path.of(args[0])).start();
      System.out.println("child " + child.pid());
      new CountDownLatch(1).await();
    }
  }

  /** Says something, then fails. */
  static final class Failing {
    public static void main(String[] args) {
      System.out.println("it is " + List.of(args).get(0));
      throw new IllegalStateException("as expected");
    }
  }

  /** Ends with an exit code. */
  static final class Exiting {
    public static void main(String[] args) {
      System.exit(Integer.parseInt(args[0]));
    }
  }
}
