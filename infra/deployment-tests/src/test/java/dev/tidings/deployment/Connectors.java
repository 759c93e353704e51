package dev.tidings.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.connect.sink.SinkConnector;

/** Asks a connector's own definition whether settings are right, without looking at the target. */
final class Connectors {
  /** Of Kafka Connect itself. */
  private static final Pattern FRAMEWORK =
      Pattern.compile(
          "name|connector\\.class|tasks\\.max|topics|(key|value)\\.converter.*|errors\\..*|consumer\\.override\\..*|transforms.*");

  private Connectors() {}

  /** One line for each setting that is not known or not right. */
  static List<String> problems(String connectorClass, Map<String, String> settings)
      throws ReflectiveOperationException {
    SinkConnector connector =
        (SinkConnector) Class.forName(connectorClass).getDeclaredConstructor().newInstance();
    Set<String> known = connector.config().names();
    List<String> problems = new ArrayList<>();
    settings.keySet().stream()
        .filter(name -> !known.contains(name) && !FRAMEWORK.matcher(name).matches())
        .forEach(name -> problems.add(name + " is no setting of " + connectorClass));
    connector.config().validate(settings).stream()
        .filter(value -> !value.errorMessages().isEmpty())
        .forEach(value -> problems.add(value.name() + ": " + value.errorMessages()));
    return problems;
  }
}
