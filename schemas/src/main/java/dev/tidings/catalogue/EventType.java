package dev.tidings.catalogue;

/**
 * One type of event.
 *
 * @param catalogue the name of the catalogue that lists it
 * @param name its name there
 * @param description for people; may be empty
 */
public record EventType(String catalogue, String name, String description) {
  /** {@code catalogue.Name}: what an event carries as its type. */
  public String qualifiedName() {
    return catalogue + "." + name;
  }
}
