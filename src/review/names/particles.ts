/** Small words inside of a name. */
export const particle =
  '(?:von|van|vom|zu|zur|de|del|della|di|da|dos|das|do|du|la|le|der|den|ter|ten|af|av|bin|binti|wa|ibn|al|el|bar|ben|ap|mac|s/o|d/o)';
