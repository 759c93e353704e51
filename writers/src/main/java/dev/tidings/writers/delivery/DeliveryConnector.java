package dev.tidings.writers.delivery;

import dev.tidings.writers.Version;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/** What the connectors of all writers share: each runs as many tasks as it may, all alike. */
public abstract class DeliveryConnector extends SinkConnector {
  private final ConfigDef definition;
  private final Class<? extends Task> taskClass;
  private Map<String, String> settings = Map.of();

  /**
   * @param definition the settings
   * @param taskClass what runs
   */
  protected DeliveryConnector(ConfigDef definition, Class<? extends Task> taskClass) {
    this.definition = definition;
    this.taskClass = taskClass;
  }

  /**
   * Looks at the target, when each setting by itself is right. A target that does not answer just
   * now is no error; one that can never work is.
   *
   * @throws ConfigException with the name of a setting and what is wrong with it
   */
  protected void check(AbstractConfig config) {}

  /** The setting that an error of {@link #check} is shown at. */
  protected abstract String targetSetting();

  @Override
  public final String version() {
    return Version.get();
  }

  @Override
  public final ConfigDef config() {
    return definition;
  }

  @Override
  public final Config validate(Map<String, String> connectorConfigs) {
    Config config = super.validate(connectorConfigs);
    if (config.configValues().stream().allMatch(value -> value.errorMessages().isEmpty())) {
      try {
        check(DeliveryConfig.parse(definition, connectorConfigs));
      } catch (ConfigException e) {
        config.configValues().stream()
            .filter(value -> value.name().equals(targetSetting()))
            .forEach((ConfigValue value) -> value.addErrorMessage(e.getMessage()));
      }
    }
    return config;
  }

  @Override
  public final void start(Map<String, String> props) {
    settings = Map.copyOf(props);
  }

  @Override
  public final Class<? extends Task> taskClass() {
    return taskClass;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return Collections.nCopies(maxTasks, settings);
  }

  @Override
  public final void stop() {}
}
