package dev.tidings.writers.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The scripts that make the tables, each applied once, in their order, each in a transaction.
 * Released scripts never change; what is to be different is another script.
 */
final class Migrations {
  private static final List<String> SCRIPTS = List.of("1-events.sql");

  /** Any number that nobody else locks: tasks that start together migrate one after the other. */
  private static final long LOCK = 0x7469_6469_6e67_73L;

  private Migrations() {}

  /** Applies what is missing. */
  static void apply(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_xact_lock(%d)".formatted(LOCK));
      statement.execute(
          "CREATE TABLE IF NOT EXISTS tidings_migrations (script text PRIMARY KEY,"
              + " applied_at timestamptz NOT NULL DEFAULT now())");
      for (String script : missing(statement)) {
        statement.execute(text(script));
        statement.execute(
            "INSERT INTO tidings_migrations (script) VALUES ('%s')".formatted(script));
      }
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    }
  }

  private static List<String> missing(Statement statement) throws SQLException {
    List<String> applied = new java.util.ArrayList<>();
    try (ResultSet rows = statement.executeQuery("SELECT script FROM tidings_migrations")) {
      while (rows.next()) {
        applied.add(rows.getString(1));
      }
    }
    return SCRIPTS.stream().filter(script -> !applied.contains(script)).toList();
  }

  private static String text(String script) {
    try (InputStream in = Migrations.class.getResourceAsStream(script)) {
      if (in == null) {
        throw new IllegalStateException("The plugin was built without " + script);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The plugin's %s cannot be read".formatted(script), e);
    }
  }
}
