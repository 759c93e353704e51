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

  /** Some deliveries, and the body of a request for them. */
  private record Post(List<Delivery.Occurred> deliveries, byte[] body) {}

  @Override
  public Write prepare(List<Delivery> deliveries) {
    List<Delivery.Occurred> occurred = new ArrayList<>(deliveries.size());
    for (Delivery delivery : deliveries) {
      if (delivery instanceof Delivery.Occurred one) {
        occurred.add(one);
      }
    }
    List<Post> posts = posts(occurred);
    return rejections -> write(posts, occurred, rejections);
  }

  private List<Post> posts(List<Delivery.Occurred> deliveries) {
    List<Post> posts = new ArrayList<>();
    for (int from = 0; from < deliveries.size(); from += maxEvents) {
      List<Delivery.Occurred> some =
          deliveries.subList(from, Math.min(deliveries.size(), from + maxEvents));
      posts.add(new Post(some, endpoint.body(some)));
    }
    return posts;
  }

  private void write(List<Post> posts, List<Delivery.Occurred> all, Rejections rejections)
      throws IOException {
    List<Delivery.Occurred> done = new ArrayList<>(all.size());
    try {
      for (Post post : taken.isEmpty() ? posts : posts(open(all))) {
        post(post.deliveries(), post.body(), rejections, done);
      }
      done.clear();
      taken.clear();
    } finally {
      done.forEach(delivery -> taken.add(Place.of(delivery)));
    }
  }

  private List<Delivery.Occurred> open(List<Delivery.Occurred> all) {
    return all.stream().filter(delivery -> !taken.contains(Place.of(delivery))).toList();
  }

  /** What is refused together is posted in halves: most often one event, or the size, is why. */
  private void post(
      List<Delivery.Occurred> deliveries,
      byte[] body,
      Rejections rejections,
      List<Delivery.Occurred> done)
      throws IOException {
    Optional<String> refusal = endpoint.post(deliveries, body);
    if (refusal.isPresent() && deliveries.size() > 1) {
      int half = deliveries.size() / 2;
      List<Delivery.Occurred> first = deliveries.subList(0, half);
      List<Delivery.Occurred> second = deliveries.subList(half, deliveries.size());
      post(first, endpoint.body(first), rejections, done);
      post(second, endpoint.body(second), rejections, done);
      return;
    }
    refusal.ifPresent(reason -> rejections.reject(deliveries.get(0), reason));
    done.addAll(deliveries);
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
