/**
 * Boots the guest again and again until it is switched off: `sh -c BOOT sh ROOT DIR MACHINE HERE THERE`. It runs in a mount and process
 * namespace of its own, so that with its first process everything goes: mounts, loop devices and whatever the guest runs.
 *
 * - A cgroup of its own: without one, two guests would share theirs, and the systemd of one would end what the other runs.
 * - A network of its own, with a cable from HERE to THERE: otherwise it would see what everybody here listens on.
 * - systemd-nspawn locks its machines in /run/systemd/nspawn, and tidies up what is no tmpfs there: it gets one.
 * - It ends with 133 when the guest wants to be rebooted [systemd-nspawn(1): by itself it would only restart a registered one].
 * - While DIR/hold is there the guest is not started again.
 */
export const BOOT = `set -e
root=$1 dir=$2 machine=$3 here=$4 there=$5
for tree in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
  [ -f "$tree/cgroup.procs" ] || continue
  mkdir -p "$tree/$machine"
  echo $$ >"$tree/$machine/cgroup.procs"
done
mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns
ip netns add "$machine"
ip link add "$machine" type veth peer name eth0 netns "$machine"
ip address add "$here/30" dev "$machine"
ip link set "$machine" up
ip -n "$machine" address add "$there/30" dev eth0
ip -n "$machine" link set eth0 up
ip -n "$machine" link set lo up
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
mount -t tmpfs tmpfs "$dir/written"
mkdir "$dir/written/upper" "$dir/written/work"
mount -t overlay overlay -o "lowerdir=$dir/seed:$root,upperdir=$dir/written/upper,workdir=$dir/written/work" "$dir/root"
bind=
if [ -f "$dir/volume.img" ]; then
  mount -o loop "$dir/volume.img" "$dir/volume"
  bind="--bind=$dir/volume:/srv/volume"
fi
code=133
while [ $code = 133 ]; do
  while [ -e "$dir/hold" ]; do sleep 0.1; done
  code=0
  systemd-nspawn --quiet --directory="$dir/root" --machine="$machine" --boot --register=no --keep-unit \\
    --settings=no --link-journal=no --resolv-conf=off --timezone=off \\
    --network-namespace-path="/run/netns/$machine" $bind || code=$?
  echo "the guest ended with $code"
done
`
