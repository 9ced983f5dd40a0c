export {EXIT_CODES, exitCodesText} from '../report/exit-codes.js'
