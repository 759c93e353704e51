package dev.tidings.cli;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

/** Why a Kafka client cannot be made or does not work, for people. */
public final class KafkaReason {
  private KafkaReason() {}

  /**
   * What is behind it all: a plain exception of Kafka often says only that a client was not made.
   */
  public static String of(KafkaException failure) {
    if (failure.getClass() != KafkaException.class) {
      return String.valueOf(failure.getMessage());
    }
    Throwable deepest = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      deepest = cause.getMessage() == null ? deepest : cause;
    }
    return String.valueOf(deepest.getMessage());
  }

  /** One of {@link ExitCode}, for a client that cannot be made. */
  public static int exitCode(KafkaException failure) {
    return isAboutSettings(failure) ? ExitCode.USAGE : ExitCode.UNREACHABLE;
  }

  /** Whether its settings are wrong, so that it could never have worked. */
  private static boolean isAboutSettings(KafkaException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException
          || cause instanceof ConfigException config
              && !String.valueOf(config.getMessage()).contains("resolvable")) {
        return true;
      }
    }
    return false;
  }
}
