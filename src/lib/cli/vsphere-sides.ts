/** The sides of a vCenter that commands show. */
export {datastoreCapacity} from '../runbooks/vsphere/datastore-capacity.js'
export {haStatus} from '../runbooks/vsphere/ha-status.js'
export {status} from '../runbooks/vsphere/status.js'
export {vmList} from '../runbooks/vsphere/vm-list.js'
