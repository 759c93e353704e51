package dev.tidings.writers.store;

import dev.tidings.writers.delivery.DeliveryConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.postgresql.Driver;

/** The settings of the store sink. */
final class StoreConfig {
  static final String URL = "store.url";
  static final String USER = "store.user";
  static final String PASSWORD = "store.password";
  static final String MIGRATE = "store.migrate";
  static final String DELETE_ENABLED = "store.delete.enabled";
  static final String MAX_ROWS = "store.max.rows";

  private static final String PREFIX = "jdbc:postgresql:";
  private static final int DEFAULT_MAX_ROWS = 2_000;
  private static final String CONNECT_TIMEOUT_SECONDS = "10";
  private static final String SOCKET_TIMEOUT_SECONDS = "60";
  private static final String TARGET_GROUP = "Target";
  private static final String WRITE_GROUP = "Writing";

  static final ConfigDef DEFINITION = DeliveryConfig.define(definition());

  private StoreConfig() {}

  private static ConfigDef definition() {
    return new ConfigDef()
        .define(
            URL,
            Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            ConfigDef.LambdaValidator.with(
                (name, value) -> requirePostgres(name, String.valueOf(value)),
                () -> PREFIX + "//host:port/database"),
            Importance.HIGH,
            "The database, jdbc:postgresql://host:port/database, with any parameter of the"
                + " PostgreSQL driver, such as sslmode=verify-full. Put no password here: it would"
                + " be shown.",
            TARGET_GROUP,
            1,
            Width.LONG,
            "Database")
        .define(
            USER,
            Type.STRING,
            "",
            Importance.HIGH,
            "The user; if empty, the one in the URL.",
            TARGET_GROUP,
            2,
            Width.MEDIUM,
            "User")
        .define(
            PASSWORD,
            Type.PASSWORD,
            "",
            Importance.HIGH,
            "The password; if empty, the one in the worker's ~/.pgpass.",
            TARGET_GROUP,
            3,
            Width.MEDIUM,
            "Password")
        .define(
            MIGRATE,
            Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether the tables are made and brought up to date when a task starts. Otherwise"
                + " apply the scripts of the plugin's sql folder before.",
            TARGET_GROUP,
            4,
            Width.SHORT,
            "Make tables")
        .define(
            DELETE_ENABLED,
            Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Whether an event that is deleted from the topic (a tombstone) is deleted here. By"
                + " default it stays: the store is the record of all events.",
            WRITE_GROUP,
            1,
            Width.SHORT,
            "Delete")
        .define(
            MAX_ROWS,
            Type.INT,
            DEFAULT_MAX_ROWS,
            Range.atLeast(1),
            Importance.LOW,
            "How many rows one statement writes at most.",
            WRITE_GROUP,
            2,
            Width.SHORT,
            "Rows");
  }

  private static void requirePostgres(String name, String value) {
    if (!value.startsWith(PREFIX) || Driver.parseURL(value, new Properties()) == null) {
      // The URL is not shown: it may hold a password.
      throw new ConfigException(
          "%s: not a PostgreSQL URL; write %s//host:port/database".formatted(name, PREFIX));
    }
  }

  /** Connects; the driver manager would not find a driver within a plugin. */
  static Connection connect(AbstractConfig config) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", "tidings-store");
    properties.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
    properties.setProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
    properties.setProperty("tcpKeepAlive", "true");
    String user = config.getString(USER);
    if (!user.isEmpty()) {
      properties.setProperty("user", user);
    }
    Password password = config.getPassword(PASSWORD);
    if (!password.value().isEmpty()) {
      properties.setProperty("password", password.value());
    }
    Connection connection = new Driver().connect(config.getString(URL), properties);
    if (connection == null) {
      throw new ConfigException(URL + ": not a PostgreSQL URL");
    }
    return connection;
  }
}
