package dev.tidings.writers.webhook;

import dev.tidings.writers.delivery.DeliveryTask;
import dev.tidings.writers.delivery.Receiver;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.jspecify.annotations.Nullable;

/** See {@link WebhookSinkConnector}. */
public final class WebhookSinkTask extends DeliveryTask {
  private final Set<WebhookReceiver.Place> taken = new HashSet<>();
  private @Nullable Endpoint endpoint;

  /** For Kafka Connect. */
  public WebhookSinkTask() {
    super(WebhookConfig.DEFINITION);
  }

  @Override
  protected Receiver open(AbstractConfig config) {
    Endpoint known = endpoint;
    if (known == null) {
      known = new Endpoint(config, Clock.systemUTC());
      endpoint = known;
    }
    return new WebhookReceiver(known, WebhookConfig.maxEvents(config), taken);
  }
}
