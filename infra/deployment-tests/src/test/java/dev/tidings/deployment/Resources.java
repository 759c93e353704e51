package dev.tidings.deployment;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.strimzi.api.kafka.model.connect.KafkaConnect;
import io.strimzi.api.kafka.model.connector.KafkaConnector;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Kubernetes resources as their own classes. A field that Kubernetes or Strimzi does not know, of
 * which an API server only warns, fails here; so does a key that is there twice.
 */
final class Resources {
  private static final YAMLMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  /** The classes collect what they do not know; this one does not let them. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Stream.of(
              ConfigMap.class,
              Deployment.class,
              HorizontalPodAutoscaler.class,
              KafkaTopic.class,
              KafkaUser.class,
              NetworkPolicy.class,
              PodDisruptionBudget.class,
              PodMonitor.class,
              PrometheusRule.class,
              Service.class,
              ServiceAccount.class,
              StatefulSet.class)
          .collect(Collectors.toMap(Resources::kind, type -> type));

  /** Strimzi's of several versions, whose classes are annotated with the oldest. */
  private static final Map<String, Class<? extends HasMetadata>> STRIMZI_V1 =
      Map.of(
          "kafka.strimzi.io/v1 KafkaConnect", KafkaConnect.class,
          "kafka.strimzi.io/v1 KafkaConnector", KafkaConnector.class);

  private Resources() {}

  private static String kind(Class<? extends HasMetadata> type) {
    return "%s %s".formatted(HasMetadata.getApiVersion(type), type.getSimpleName());
  }

  /** The documents of a YAML text, without empty ones. */
  static List<JsonNode> documents(String yaml) {
    try {
      return YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml).readAll().stream()
          .filter(document -> !document.isNull() && !document.isMissingNode())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file as one document. */
  static JsonNode document(Path file) {
    List<JsonNode> documents = documents(text(file));
    if (documents.size() != 1) {
      throw new IllegalArgumentException(file + " holds " + documents.size() + " documents");
    }
    return documents.get(0);
  }

  /**
   * As the class of its kind.
   *
   * @throws IllegalArgumentException if its kind is not known here, or a field not to its class
   */
  static HasMetadata strict(JsonNode document) {
    String kind =
        "%s %s".formatted(document.path("apiVersion").asText(), document.path("kind").asText());
    Class<? extends HasMetadata> type = KINDS.getOrDefault(kind, STRIMZI_V1.get(kind));
    if (type == null) {
      throw new IllegalArgumentException("Unknown kind: " + kind);
    }
    try {
      return STRICT.treeToValue(document, type);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s %s: %s".formatted(kind, document.at("/metadata/name").asText(), e.getMessage()), e);
    }
  }

  /** All of a file that are of a kind, strictly. */
  static <T extends HasMetadata> List<T> inFile(Path file, Class<T> type) {
    return documents(text(file)).stream()
        .map(Resources::strict)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file or folder of infra. */
  static Path infra(String path) {
    return Path.of(System.getProperty("tidings.infra"), path).normalize();
  }
}
