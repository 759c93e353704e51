package dev.tidings.cli;

import dev.tidings.informer.CacheBehindException;
import dev.tidings.informer.InformerException;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.infra.process.StartException;
import dev.tidings.registry.RegistryException;
import java.io.PrintWriter;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import picocli.CommandLine;

/** Turns what ends a command into one line and an exit code. */
final class Failures implements CommandLine.IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    int code = code(failure);
    String message =
        switch (code) {
          case ExitCode.DEFECT -> failure.toString();
          case ExitCode.INTERRUPTED -> "interrupted";
          default ->
              failure instanceof KafkaException kafka
                  ? KafkaReason.of(kafka)
                  : failure.getMessage();
        };
    err.println("tidings: " + oneLine(String.valueOf(message)));
    if (command.getCommand() instanceof Verbose verbose && verbose.isVerbose()) {
      failure.printStackTrace(err);
    } else if (code == ExitCode.DEFECT) {
      err.println("tidings: this should not happen; --verbose shows where it did");
    }
    err.flush();
    return code;
  }

  /** A command that can say whether the person wants to see everything. */
  interface Verbose {
    boolean isVerbose();
  }

  private static int code(Exception failure) {
    if (failure instanceof CommandException known) {
      return known.exitCode();
    }
    if (failure instanceof InterruptedException || failure instanceof InterruptException) {
      return ExitCode.INTERRUPTED;
    }
    if (failure instanceof ConfigException || failure instanceof IllegalArgumentException) {
      return ExitCode.USAGE;
    }
    if (failure instanceof KafkaException kafka) {
      return KafkaReason.exitCode(kafka);
    }
    if (failure instanceof RegistryException || failure instanceof InformerException) {
      return ExitCode.UNREACHABLE;
    }
    if (failure instanceof ExpiredException) {
      return ExitCode.EXPIRED;
    }
    if (failure instanceof CacheBehindException) {
      return ExitCode.TIMEOUT;
    }
    return failure instanceof StartException ? ExitCode.SERVER : ExitCode.DEFECT;
  }

  private static String oneLine(String message) {
    return String.join(" ", message.lines().map(String::strip).toList());
  }
}
