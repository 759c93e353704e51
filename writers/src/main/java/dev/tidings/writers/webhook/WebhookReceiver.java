package dev.tidings.writers.webhook;

import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.delivery.Receiver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Posts deliveries, so many at a time. One thread. */
final class WebhookReceiver implements Receiver {
  private final Endpoint endpoint;
  private final int maxEvents;

  /** Those of a write that failed which were taken: they are not posted again. */
  private final Set<Place> taken;

  /** Where in Kafka a delivery comes from. */
  record Place(String topic, int partition, long offset, int index) {
    static Place of(Delivery.Occurred delivery) {
      return new Place(
          delivery.origin().originalTopic(),
          delivery.origin().originalKafkaPartition(),
          delivery.origin().originalKafkaOffset(),
          delivery.index());
    }
  }

  /**
   * @param endpoint where to
   * @param maxEvents in one request
   * @param taken outlives this receiver
   */
  WebhookReceiver(Endpoint endpoint, int maxEvents, Set<Place> taken) {
    this.endpoint = endpoint;
    this.maxEvents = maxEvents;
    this.taken = taken;
  }

  @Override
  public Write prepare(List<Delivery> deliveries) {
    return rejections -> write(deliveries, rejections);
  }

  private void write(List<Delivery> deliveries, Rejections rejections) throws IOException {
    List<Delivery.Occurred> open = new ArrayList<>(deliveries.size());
    for (Delivery delivery : deliveries) {
      if (delivery instanceof Delivery.Occurred occurred && !taken.contains(Place.of(occurred))) {
        open.add(occurred);
      }
    }
    for (int from = 0; from < open.size(); from += maxEvents) {
      post(open.subList(from, Math.min(open.size(), from + maxEvents)), rejections);
    }
    taken.clear();
  }

  /** What is refused together is posted in halves: most often one event, or the size, is why. */
  private void post(List<Delivery.Occurred> deliveries, Rejections rejections) throws IOException {
    Optional<String> refusal = endpoint.post(deliveries);
    if (refusal.isPresent() && deliveries.size() > 1) {
      int half = deliveries.size() / 2;
      post(deliveries.subList(0, half), rejections);
      post(deliveries.subList(half, deliveries.size()), rejections);
      return;
    }
    refusal.ifPresent(reason -> rejections.reject(deliveries.get(0), reason));
    deliveries.forEach(delivery -> taken.add(Place.of(delivery)));
  }

  /** What was answered well was taken. */
  @Override
  public boolean confirmsEachWrite() {
    return true;
  }

  @Override
  public void confirm() {}

  @Override
  public void close() {}
}
