package dev.tidings.writers.store;

import dev.tidings.writers.delivery.DeliveryTask;
import dev.tidings.writers.delivery.Receiver;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.apache.kafka.common.config.AbstractConfig;

/** See {@link StoreSinkConnector}. */
public final class StoreSinkTask extends DeliveryTask {
  private boolean migrated;

  /** For Kafka Connect. */
  public StoreSinkTask() {
    super(StoreConfig.DEFINITION);
  }

  @Override
  protected Receiver open(AbstractConfig config) throws IOException {
    try {
      Connection connection = StoreConfig.connect(config);
      try {
        if (config.getBoolean(StoreConfig.MIGRATE) && !migrated) {
          Migrations.apply(connection);
          migrated = true;
        }
        return new StoreReceiver(
            connection,
            config.getBoolean(StoreConfig.DELETE_ENABLED),
            config.getInt(StoreConfig.MAX_ROWS));
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw SqlFailure.asIo(e);
    }
  }
}
