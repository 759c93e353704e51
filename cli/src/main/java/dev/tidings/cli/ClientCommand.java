package dev.tidings.cli;

import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.connection.ConnectionOptions;
import dev.tidings.cli.output.Pager;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that talks to Kafka. */
public abstract class ClientCommand implements Callable<Integer>, Failures.Verbose {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private final ConnectionOptions connectionOptions = new ConnectionOptions();

  @Option(names = "--help", usageHelp = true, description = "Show this.")
  private boolean help;

  /**
   * Does the work.
   *
   * @return one of {@link ExitCode}
   */
  protected abstract int run(PrintWriter out, PrintWriter err) throws Exception;

  @Override
  public final Integer call() throws Exception {
    Logging.toStandardError(isVerbose());
    PrintWriter plain = spec().commandLine().getOut();
    PrintWriter out = isPaged() ? Pager.over(plain, System.getenv()) : plain;
    try {
      return run(out, spec().commandLine().getErr());
    } finally {
      out.flush();
      if (out != plain) {
        out.close();
      }
    }
  }

  /** Whether it shows a list that has an end, for people to page through. */
  protected boolean isPaged() {
    return false;
  }

  /** The Kafka and the registry to talk to. */
  protected final Connection connection() {
    return connectionOptions.resolve();
  }

  /** This command, for usage errors. */
  protected final CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec first");
    }
    return spec;
  }

  @Override
  public final boolean isVerbose() {
    return connectionOptions.verbose();
  }
}
