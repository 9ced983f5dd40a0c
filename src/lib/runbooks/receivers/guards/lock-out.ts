import type {Finding} from '../../../engine/runbook.js'

/** A bad one of these, and nobody signs in to undo it; a bad one below /boot, and the host does not come back. */
const KEYS_TO_THE_HOUSE = [
  /^\/boot\//,
  /^\/etc\/(?:passwd|shadow|group|gshadow|sudoers|fstab|nsswitch\.conf|resolv\.conf)$/,
  /^\/etc\/(?:ssh|sudoers\.d|pam\.d|security|network|netplan|systemd\/network|dropbear|wireguard|openvpn)\//,
  /\/\.ssh\/authorized_keys$/,
]

export function lockOut(path: string): Finding {
  if (!KEYS_TO_THE_HOUSE.some((one) => one.test(path)))
    return {id: 'lock-out', level: 'pass', saw: `${path} is not what signing in or booting needs`}
  return {
    id: 'lock-out',
    level: 'refuse',
    saw: `a bad ${path} may keep everybody out, or the host from booting: then there is no undo`,
    clear: 'try it on one host that somebody can reach by hand',
    overridable: true,
  }
}
