package dev.tidings.writers.webhook;

import dev.tidings.writers.delivery.DeliveryConnector;
import dev.tidings.writers.delivery.Tls;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/**
 * Posts events to an HTTP endpoint: as event JSON, CloudEvents, for a chat tool or by a template.
 * Made for the batches topic; also takes the events topic.
 *
 * <p>Offsets are committed when the endpoint has answered with success. A request whose answer was
 * lost is posted again, with the same {@code webhook-id}.
 */
public final class WebhookSinkConnector extends DeliveryConnector {

  /** For Kafka Connect. */
  public WebhookSinkConnector() {
    super(WebhookConfig.DEFINITION, WebhookSinkTask.class);
  }

  @Override
  protected String targetSetting() {
    return WebhookConfig.URL;
  }

  @Override
  protected void check(AbstractConfig config) {
    URI uri = WebhookConfig.uri(config);
    try {
      InetAddress.getByName(uri.getHost());
    } catch (UnknownHostException e) {
      throw new ConfigException(
          "%s: this worker knows no host of that name".formatted(uri.getHost()));
    }
    if (WebhookConfig.format(config) == BodyFormat.TEMPLATE
        && config.getString(WebhookConfig.TEMPLATE).isBlank()) {
      throw new ConfigException(
          "the format is template: set " + WebhookConfig.TEMPLATE + " to one");
    }
    Tls.context(config);
  }
}
