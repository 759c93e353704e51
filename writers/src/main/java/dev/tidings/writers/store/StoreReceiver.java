package dev.tidings.writers.store;

import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.delivery.Receiver;
import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each write is one transaction: what is there afterwards is all of it or nothing. Writing the same
 * again changes nothing, and an older state never replaces a newer one.
 */
final class StoreReceiver implements Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(StoreReceiver.class);

  private final Connection connection;
  private final boolean deletes;
  private final int maxRows;
  private final String upsert;

  /**
   * @param connection closed with this
   * @param deletes whether deleted events are deleted here
   * @param maxRows how many rows a statement writes at most
   */
  StoreReceiver(Connection connection, boolean deletes, int maxRows) throws SQLException {
    this.connection = connection;
    this.deletes = deletes;
    this.maxRows = maxRows;
    this.upsert = upsertStatement();
    connection.setAutoCommit(false);
  }

  static String upsertStatement() {
    String columns =
        Stream.of(Row.Column.values()).map(Row.Column::column).collect(Collectors.joining(", "));
    String arrays =
        Stream.of(Row.Column.values())
            .map(column -> "?::%s[]".formatted(column.type()))
            .collect(Collectors.joining(", "));
    return """
    INSERT INTO tidings_events AS old (%s)
    SELECT * FROM unnest(%s)
    ON CONFLICT (id) DO UPDATE SET first_time = excluded.first_time,
      last_time = excluded.last_time, count = excluded.count
    WHERE old.count <= excluded.count\
    """
        .formatted(columns, arrays);
  }

  @Override
  public Write prepare(List<Delivery> deliveries) {
    return rejections -> write(deliveries, rejections);
  }

  private void write(List<Delivery> deliveries, Rejections rejections) throws IOException {
    try {
      try {
        writeAll(deliveries);
      } catch (SQLException e) {
        connection.rollback();
        if (SqlFailure.of(e) != SqlFailure.DATA) {
          throw e;
        }
        writeEach(deliveries, rejections);
      }
    } catch (SQLException e) {
      throw SqlFailure.asIo(e);
    }
  }

  /** To find the one that PostgreSQL does not take. */
  private void writeEach(List<Delivery> deliveries, Rejections rejections) throws SQLException {
    for (Delivery delivery : deliveries) {
      try {
        writeAll(List.of(delivery));
      } catch (SQLException e) {
        connection.rollback();
        if (SqlFailure.of(e) != SqlFailure.DATA) {
          throw e;
        }
        rejections.reject(delivery, SqlFailure.line(e));
      }
    }
  }

  /** A row can be in a statement once only: the newest state of each event goes in. */
  private void writeAll(List<Delivery> deliveries) throws SQLException {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (Delivery delivery : deliveries) {
      if (delivery instanceof Delivery.Occurred occurred) {
        rows.merge(occurred.event().id().toString(), new Row(occurred), StoreReceiver::newer);
        if (rows.size() == maxRows) {
          upsert(rows);
        }
      } else if (delivery instanceof Delivery.Deleted deleted && deletes) {
        upsert(rows);
        delete(deleted.id());
      }
    }
    upsert(rows);
    connection.commit();
  }

  private static Row newer(Row one, Row next) {
    return next.delivery().event().count() >= one.delivery().event().count() ? next : one;
  }

  private void upsert(Map<String, Row> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    // Always in the same order: two tasks never wait for each other's rows in a circle.
    List<Row> ordered =
        rows.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(Map.Entry::getValue)
            .toList();
    List<Array> arrays = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(upsert)) {
      for (Row.Column column : Row.Column.values()) {
        Object[] values = ordered.stream().map(row -> row.value(column)).toArray();
        Array array = connection.createArrayOf("text", values);
        arrays.add(array);
        statement.setArray(column.ordinal() + 1, array);
      }
      statement.executeUpdate();
    } finally {
      for (Array array : arrays) {
        array.free();
      }
    }
    rows.clear();
  }

  private void delete(UUID id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM tidings_events WHERE id = ?")) {
      statement.setObject(1, id);
      statement.executeUpdate();
    }
  }

  /** What is committed is there. */
  @Override
  public boolean confirmsEachWrite() {
    return true;
  }

  @Override
  public void confirm() {}

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("Did not close cleanly", e);
    }
  }
}
