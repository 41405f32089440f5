# What a measured boot runs when systemd has started everything: waits for what watch-maps.sh has seen, then for udev, and
# leaves the times in the results folder. It starts no program before all maps are there.
#   bash job.sh FILE-OF-WATCH-MAPS SECONDS
file=$1 limit=$2
exec 9<>"$file.never"
until [[ -s $file ]]; do
  if ((SECONDS >= limit)); then
    maps=(/sys/block/dm-*)
    echo "Not all maps are there after $limit s; there are ${#maps[@]}"
    exit 1
  fi
  read -r -t 0.2 -u 9
done
read -r maps <"$file"
udevadm settle --timeout="$limit" || exit 1
read -r settled _ </proc/uptime
systemd=$(systemctl show -p UserspaceTimestampMonotonic --value)
multi_user=$(systemctl show -p ActiveEnterTimestampMonotonic --value multi-user.target)
# Milliseconds: systemd counts microseconds, the kernel hundredths of a second.
echo "{\"systemd\":$((systemd / 1000)),\"maps\":${maps/./}0,\"multiUser\":$((multi_user / 1000)),\"settled\":${settled/./}0}" \
  >"$LAB_RESULTS/times.json"
