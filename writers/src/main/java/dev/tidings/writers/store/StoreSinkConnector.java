package dev.tidings.writers.store;

import dev.tidings.writers.delivery.DeliveryConnector;
import java.sql.Connection;
import java.sql.SQLException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/**
 * Keeps all events in PostgreSQL: one row each, in its newest state, indexed by object, type, time,
 * severity and words of the message. Reads the events topic; the batches topic works too.
 *
 * <p>Offsets are committed after the rows are. Rows have the event's id as their key: written again
 * after a failure, they are the same rows.
 */
public final class StoreSinkConnector extends DeliveryConnector {

  /** For Kafka Connect. */
  public StoreSinkConnector() {
    super(StoreConfig.DEFINITION, StoreSinkTask.class);
  }

  @Override
  protected String targetSetting() {
    return StoreConfig.URL;
  }

  @Override
  protected void check(AbstractConfig config) {
    try (Connection connection = StoreConfig.connect(config)) {
      if (connection.isReadOnly()) {
        throw new ConfigException("the database is read-only");
      }
    } catch (SQLException e) {
      if (SqlFailure.of(e) == SqlFailure.SETUP) {
        throw new ConfigException(SqlFailure.line(e));
      }
    }
  }
}
