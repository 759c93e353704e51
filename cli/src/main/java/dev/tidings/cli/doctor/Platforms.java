package dev.tidings.cli.doctor;

import dev.tidings.cli.connection.Connection;
import java.util.List;

/** What belongs to a platform. */
final class Platforms {
  private Platforms() {}

  /** The names of its topics. */
  static List<String> topics(Connection connection) {
    return List.of(
        connection.topics().recorded(),
        connection.topics().events(),
        connection.topics().batches(),
        connection.topics().rejected());
  }
}
