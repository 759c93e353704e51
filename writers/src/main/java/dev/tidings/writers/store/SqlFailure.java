package dev.tidings.writers.store;

import java.io.IOException;
import java.sql.SQLException;
import org.apache.kafka.connect.errors.ConnectException;

/** What an error of PostgreSQL means, by the class of its SQLSTATE. */
enum SqlFailure {
  /** The server is away, starting, overloaded, read-only, or rolled back: it passes. */
  PASSES,
  /** It is about the data, and will be the same every time. */
  DATA,
  /** Somebody must change something: rights, names, the table. */
  SETUP;

  private static final String READ_ONLY_TRANSACTION = "25006";

  static SqlFailure of(SQLException problem) {
    String state = problem.getSQLState();
    if (state == null || state.length() < 2) {
      return PASSES;
    }
    return switch (state.substring(0, 2)) {
      case "22", "23", "54" -> DATA;
      case "25" -> state.equals(READ_ONLY_TRANSACTION) ? PASSES : SETUP;
      case "28", "3D", "3F", "42", "0A" -> SETUP;
      default -> PASSES;
    };
  }

  /** As the task knows it. */
  static IOException asIo(SQLException problem) {
    String message = "the store: " + line(problem);
    if (of(problem) == SETUP) {
      throw new ConnectException(message, problem);
    }
    return new IOException(message, problem);
  }

  /** One line for people. */
  static String line(SQLException problem) {
    return String.valueOf(problem.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
