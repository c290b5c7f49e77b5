/// Invented short names for rendered people: nicer in a report than numbers.
public enum PeopleNames {
  /// Distinct names, lower case, ASCII.
  public static let all: [String] = [
    "ada", "bruno", "chika", "dario", "elin", "farid", "greta", "hugo", "imani", "jonas", "kaia",
    "luca", "mira", "nils", "odette", "paolo", "quinn", "rosa", "sami", "tess", "umar", "vera",
    "wim", "xenia", "yusuf", "zora", "anouk", "boris", "celia", "dmitri", "esme", "felix", "gina",
    "hana", "ivo", "juno", "kofi", "lena", "marek", "nadia", "oskar", "petra", "rafi", "sunniva",
    "tariq", "ulla", "viktor", "wanda", "yara", "zeno", "amadi", "bibi", "cosmo", "delia", "emil",
    "freya", "gustav", "helga", "isko", "jana", "kenji", "lotte", "milan", "noor",
  ]

  /// The name of person `identity`: one of ``all``, then `person-65` and so on.
  public static func name(of identity: Int) -> String {
    precondition(identity >= 0, "person \(identity)")
    return identity < all.count ? all[identity] : "person-\(identity + 1)"
  }
}
